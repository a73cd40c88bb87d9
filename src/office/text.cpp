// The sentences of notices, in Chinese and English, from the titles that the manual gives. They are made when somebody reads
// them: most notices are found by machines, for machines, and a sentence holds nothing that its notice does not say.
#include "journal/json.hpp"
#include "manual/model.hpp"
#include "wuye/office.hpp"

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

std::string deadline_title(const Notice& notice, std::string_view lang) {
  const model::Procedure* procedure = notice.manual->procedure(notice.procedure);
  const int index = procedure ? procedure->deadline(notice.deadline) : -1;
  return index >= 0 ? procedure->deadlines[static_cast<std::size_t>(index)].title.in(lang) : notice.deadline;
}

std::string stage_title(const Notice& notice, std::string_view lang) {
  const model::Procedure* procedure = notice.manual->procedure(notice.procedure);
  const int index = procedure ? procedure->stage(notice.reason) : -1;
  return index >= 0 ? procedure->stages[static_cast<std::size_t>(index)].title.in(lang) : notice.reason;
}

/// What has come about.
std::string finding(const Notice& notice, std::string_view lang) {
  const bool zh = lang == "zh";
  const std::string& what = notice.what;
  if (what == "overdue") {
    return zh ? "「" + deadline_title(notice, lang) + "」已逾期（" + notice.level + "）"
              : deadline_title(notice, lang) + " is overdue (" + notice.level + ")";
  }
  if (what == "warning") {
    return zh ? "「" + deadline_title(notice, lang) + "」临近时限（" + notice.level + "）"
              : deadline_title(notice, lang) + " is near its limit (" + notice.level + ")";
  }
  if (what == "reached") {
    return zh ? "进入「" + stage_title(notice, lang) + "」" : "it has come to \"" + stage_title(notice, lang) + "\"";
  }
  if (what == "vacant") {
    const std::string post = post_title(*notice.manual, notice.reason, lang);
    return zh ? "岗位「" + post + "」无人在岗，已转告上一级" : "nobody is at post " + post + "; the next was told";
  }
  if (what == "tally") return zh ? "同类事项在规定期间内累计达到次数" : "cases of the same kind have come together within the window";
  if (what == "news") {
    const model::Procedure* procedure = notice.manual->procedure(notice.procedure);
    const int index = procedure ? procedure->action(notice.reason) : -1;
    return index >= 0 ? procedure->actions[static_cast<std::size_t>(index)].title.in(lang) : notice.reason;
  }
  if (what == "base_changed") {
    return zh ? "已抽取回访，但事项其后有变（" + notice.reason + "）" : "it was drawn to be called back, and has changed since (" + notice.reason + ")";
  }
  if (what == "withdrawn") {
    // Its id is that of what it withdraws, with "#" and its line after it.
    const std::string earlier = notice.id.substr(0, notice.id.rfind('#'));
    return zh ? "先前提醒 " + earlier + " 已撤回" : "the earlier notice " + earlier + " is withdrawn";
  }
  return {};
}

}  // namespace

std::string Notice::text(std::string_view lang) const {
  if (!manual) return {};
  const bool zh = lang == "zh";
  std::string out = manual->zone.format(at).substr(0, 16) + " ";
  if (!case_id.empty()) out += case_id + (zh ? " " : ": ");
  out += finding(*this, lang);
  if (!clause.empty()) out += zh ? "（" + clause + "）" : " (" + clause + ")";
  if (const std::string whom = told_whom(tell, *manual, lang); !whom.empty()) out += (zh ? "，告知" : ", tell ") + whom;
  return out;
}

}  // namespace wuye
