// The entries that every office understands, declared as data: which fields they take and which they need.
#include "registers/registers.hpp"

namespace wuye::registers {
namespace {

using model::FieldType;

model::Procedure make() {
  model::Procedure p;
  p.name = "office";
  p.title = {"管理处", "Office"};
  const auto field = [&](const char* name, FieldType type, const char* zh, const char* en, bool personal = false,
                         std::vector<std::string> values = {}) {
    model::Field f;
    f.name = name;
    f.type = type;
    f.title = {zh, en};
    f.personal = personal;
    f.values = std::move(values);
    p.fields.push_back(std::move(f));
  };
  field("place", FieldType::place, "地点", "Place");
  field("reporter", FieldType::text, "报事人", "Reporter");
  field("class", FieldType::text, "类别", "Class");
  field("staff", FieldType::person, "员工", "Staff code");
  field("post", FieldType::text, "岗位", "Post");
  field("zone", FieldType::text, "片区", "Zone");
  field("of", FieldType::person, "被代理人", "Who is stood in for");
  field("from", FieldType::instant, "自", "From");
  field("until", FieldType::instant, "至", "Until (not included)");
  field("name", FieldType::text, "姓名", "Name", true);
  field("phone", FieldType::text, "电话", "Telephone", true);
  field("kind", FieldType::enumeration, "类别", "Kind of place", false, {"unit", "common", "equipment", "parking"});
  field("building", FieldType::text, "楼栋", "Building");
  field("entrance", FieldType::text, "单元", "Entrance");
  field("use", FieldType::text, "用途", "Use");
  field("area", FieldType::decimal, "面积", "Square metres");
  field("meter", FieldType::text, "表号", "Meter's number");
  field("head", FieldType::text, "费项", "What its count is charged as");
  field("fitted", FieldType::decimal, "起始读数", "Reading when it was fitted");
  field("counts_to", FieldType::decimal, "满量程", "At this it begins again at 0");
  field("party", FieldType::person, "当事人", "Party");
  field("role", FieldType::enumeration, "身份", "Role", false, {"owner", "tenant", "payer", "occupier"});
  field("line", FieldType::integer, "流水号", "Line");
  field("happened", FieldType::instant, "实际发生时间", "When it really happened");
  field("reason", FieldType::text, "原因", "Reason");
  field("subject", FieldType::text, "对象", "Whom or which case it is about");
  field("field", FieldType::text, "栏目", "Field");
  field("notice", FieldType::text, "提醒", "Notice");
  field("stage", FieldType::text, "环节", "Stage");
  field("opened", FieldType::instant, "受理时间", "When it was reported");

  const auto action = [&](const char* name, const char* zh, const char* en, std::initializer_list<const char*> needs,
                          std::initializer_list<const char*> may) {
    model::Action a;
    a.name = name;
    a.title = {zh, en};
    a.anyone = true;
    a.may_all = false;
    for (const char* need : needs) a.needs.push_back(p.field(need));
    for (const char* extra : may) a.may.push_back(p.field(extra));
    p.actions.push_back(std::move(a));
  };
  action("set_staff", "登记员工", "Register staff", {"staff"}, {"post", "zone", "until", "name", "phone"});
  action("set_post", "任岗", "Give a post", {"staff", "post"}, {"zone", "until"});
  action("end_post", "离岗", "End a post", {"staff", "post"}, {});
  action("leave", "请假", "Leave", {"staff", "until"}, {"reason"});
  action("set_deputy", "代理", "Stand in", {"staff", "of"}, {"until"});
  action("set_unit", "登记地点", "Register a place", {"place"}, {"kind", "building", "entrance", "zone", "use", "area", "from", "until"});
  action("set_meter", "登记表计", "Register a meter", {"meter"}, {"place", "head", "fitted", "counts_to", "from", "until"});
  action("set_party", "登记当事人", "Register a party", {"party", "place", "role"}, {"until", "name", "phone"});
  action("correct", "更正", "Correct", {"line"}, {"happened", "reason"});
  action("void", "作废", "Void", {"line", "reason"}, {});
  action("erase", "删除个人信息", "Erase personal values", {}, {"line", "subject", "field", "reason"});
  action("opening", "期初事项", "Bring in a case", {"stage", "opened"}, {"class"});
  action("delivered", "已送达", "Delivered", {"notice"}, {});
  action("settle_notices", "提醒办结", "Settle past notices", {"until"}, {"reason"});
  action("adopt", "启用规程", "Adopt a manual", {}, {});
  return p;
}

}  // namespace

const model::Procedure& builtin() {
  static const model::Procedure procedure = make();
  return procedure;
}

std::string_view pseudo_post(std::string_view actor) noexcept {
  const std::string_view head = actor.substr(0, actor.find(':'));
  for (const std::string_view post : {"resident", "provider", "device", "authority", "system"}) {
    if (head == post) return post;
  }
  return {};
}

}  // namespace wuye::registers
