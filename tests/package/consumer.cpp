// A host in C++ that has only the installed headers and the static library.
#include <cstdio>

#include <wuye/office.hpp>
#include <wuye/scenario.hpp>

int main() {
  wuye::Office office = wuye::Office::memory(wuye::Manual::standard(), {});
  const wuye::Outcome outcome = office.record(wuye::Entry::parse(
      R"({"at":"2026-03-02T22:10+08:00","by":"li","do":"report","class":"repair","place":"3-1201","urgency":"emergency","text":"厨房水管爆裂"})"));
  std::printf("%s\n", outcome.json().c_str());
  return outcome.accepted() && outcome.stage == "reported" ? 0 : 1;
}
