// The sentences of notices.
#include "office/text.hpp"

#include "journal/json.hpp"

namespace wuye {
namespace {

std::string post_title(const model::Manual& manual, const std::string& post, std::string_view lang) {
  if (const int index = manual.post(post); index >= 0) return manual.posts[static_cast<std::size_t>(index)].title.in(lang);
  if (post == "holder") return lang == "zh" ? "责任人" : "holder";
  if (post == "reporter") return lang == "zh" ? "报事人" : "reporter";
  if (post == "attached") return lang == "zh" ? "并入各事项的报事人" : "the reporters of the cases joined to it";
  return post;
}

std::string told_whom(const std::string& tell, const model::Manual& manual, std::string_view lang) {
  if (tell.empty()) return {};
  std::string out;
  for (const json::Tree& one : json::parse(tell).items) {
    if (!out.empty()) out += lang == "zh" ? "、" : ", ";
    out += post_title(manual, one.at("post").as_text(), lang);
    std::string people;
    for (const json::Tree& who : one.at("people").items) {
      if (!people.empty()) people += lang == "zh" ? "、" : ", ";
      people += who.as_text();
    }
    if (!people.empty()) out += lang == "zh" ? "（" + people + "）" : " (" + people + ")";
  }
  return out;
}

std::string deadline_title(const Found& found, const cases::Case* c, std::string_view lang) {
  if (!c) return found.deadline;
  const int index = c->procedure->deadline(found.deadline);
  return index >= 0 ? c->procedure->deadlines[static_cast<std::size_t>(index)].title.in(lang) : found.deadline;
}

std::string stage_title(const Found& found, const cases::Case* c, std::string_view lang) {
  const int index = c ? c->procedure->stage(found.reason) : -1;
  return index >= 0 ? c->procedure->stages[static_cast<std::size_t>(index)].title.in(lang) : found.reason;
}

}  // namespace

NoticeText notice_text(const Found& found, const cases::Case* c, const model::Manual& manual) {
  NoticeText out;
  const std::string when = manual.zone.format(found.at).substr(0, 16);
  const std::string clause_zh = found.clause.empty() ? "" : "（" + found.clause + "）";
  const std::string clause_en = found.clause.empty() ? "" : " (" + found.clause + ")";
  const std::string to_zh = told_whom(found.tell, manual, "zh");
  const std::string to_en = told_whom(found.tell, manual, "en");
  std::string state_zh;
  std::string state_en;
  if (found.what == "overdue") {
    state_zh = "「" + deadline_title(found, c, "zh") + "」已逾期（" + found.level + "）";
    state_en = deadline_title(found, c, "en") + " is overdue (" + found.level + ")";
  } else if (found.what == "warning") {
    state_zh = "「" + deadline_title(found, c, "zh") + "」临近时限（" + found.level + "）";
    state_en = deadline_title(found, c, "en") + " is near its limit (" + found.level + ")";
  } else if (found.what == "reached") {
    state_zh = "进入「" + stage_title(found, c, "zh") + "」";
    state_en = "it has come to \"" + stage_title(found, c, "en") + "\"";
  } else if (found.what == "vacant") {
    state_zh = "岗位「" + post_title(manual, found.reason, "zh") + "」无人在岗，已转告上一级";
    state_en = "nobody is at post " + post_title(manual, found.reason, "en") + "; the next was told";
  } else if (found.what == "tally") {
    state_zh = "同类事项在规定期间内累计达到次数";
    state_en = "cases of the same kind have come together within the window";
  } else if (found.what == "news") {
    const int action = c ? c->procedure->action(found.reason) : -1;
    const model::Text* title = action >= 0 ? &c->procedure->actions[static_cast<std::size_t>(action)].title : nullptr;
    state_zh = title ? title->zh : found.reason;
    state_en = title ? title->en : found.reason;
  } else if (found.what == "base_changed") {
    state_zh = "已抽取回访，但事项其后有变（" + found.reason + "）";
    state_en = "it was drawn to be called back, and has changed since (" + found.reason + ")";
  } else if (found.what == "withdrawn") {
    state_zh = "先前提醒 " + found.id + " 已撤回";
    state_en = "the earlier notice " + found.id + " is withdrawn";
  }
  out.zh = when + " " + (found.case_id.empty() ? "" : found.case_id + " ") + state_zh + clause_zh;
  out.en = when + " " + (found.case_id.empty() ? "" : found.case_id + ": ") + state_en + clause_en;
  if (!to_zh.empty()) out.zh += "，告知" + to_zh;
  if (!to_en.empty()) out.en += ", tell " + to_en;
  return out;
}

}  // namespace wuye
