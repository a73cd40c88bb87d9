// Compiles quotas: which cases that end must be followed by one of another procedure, how many of them, by which channel.
#include <algorithm>

#include "manual/compiling.hpp"
#include "manual/language.hpp"

namespace wuye {
namespace {

constexpr std::int64_t kWhole = 10'000;  ///< 100 %, in hundredths of a percent
/// The ways to spread a share over a block are counted in 64 bits, and nobody plans by longer runs.
constexpr std::int64_t kLongestBlock = 20;

class OneQuota {
 public:
  OneQuota(Compiling& in, const Node::Member& member) : in_(in), node_(member.value) { quota_.name = member.key; }

  model::Quota all() {
    where_ = "quota." + quota_.name;
    quota_.title = Compiling::bilingual(node_, "title");
    quota_.chapter = in_.chapter(node_);
    quota_.clauses = in_.clauses(node_, where_);
    opened();
    for (const Node* ending : Compiling::texts(node_, "endings")) quota_.endings.push_back(ending->text);
    channels();
    for (const Node* group : Compiling::items(node_, "group")) one_group(*group);
    for (const Node* exclusion : Compiling::items(node_, "exclude")) exclude(*exclusion);
    quota_.tell = in_.recipients(node_, "tell");
    return std::move(quota_);
  }

 private:
  /// The procedure that a draw opens, and the fields by which it knows what it is about.
  void opened() {
    const Node* name = Compiling::text(node_, "opens");
    if (name == nullptr) return;
    quota_.opens = name->text;
    opens_ = in_.manual.procedure(name->text);
    if (opens_ == nullptr) {
      in_.problems.unknown(name->place, "procedure", name->text, Compiling::names_of(in_.manual.procedures));
      return;
    }
    const auto must_have = [&](std::string_view field, model::FieldType type, std::string_view says) {
      const int index = opens_->field(field);
      if (index >= 0 && opens_->fields[static_cast<std::size_t>(index)].type == type) return;
      in_.problems.error(name->place, "a procedure that a quota opens needs a field \"" + std::string(field) + "\" of type " +
                                          std::string(says) + "; " + shown(name->text) + " has none");
    };
    must_have("about", model::FieldType::case_ref, "case");
    must_have("about_class", model::FieldType::enumeration, "enum");
    must_have("channel", model::FieldType::enumeration, "enum");
    must_have("month", model::FieldType::text, "text");
    must_have("satisfaction", model::FieldType::enumeration, "enum");
    if (const Node* deadline = Compiling::text(node_, "deadline")) {
      quota_.deadline = deadline->text;
      if (opens_->deadline(deadline->text) < 0) {
        in_.problems.unknown(deadline->place, "deadline of \"" + name->text + "\"", deadline->text, Compiling::names_of(opens_->deadlines));
      }
    }
    for (const Node* copied : Compiling::texts(node_, "copy")) {
      if (in_.field(*opens_, *copied) >= 0) quota_.copy.push_back(copied->text);
    }
  }

  /// True if the opened procedure's enum `field` has the value.
  bool is_value(std::string_view field, const Node& written) {
    if (opens_ == nullptr) return false;
    const int index = opens_->field(field);
    if (index < 0) return false;
    const std::vector<std::string>& values = opens_->fields[static_cast<std::size_t>(index)].values;
    if (std::find(values.begin(), values.end(), written.text) != values.end()) return true;
    in_.problems.unknown(written.place, "value of \"" + std::string(field) + "\" of \"" + quota_.opens + "\"", written.text, values);
    return false;
  }

  std::int64_t share(const Node& written) {
    const auto read = read_percentage(written.text);
    if (const auto* why = std::get_if<NotRead>(&read)) {
      in_.problems.error(written.place, why->why);
      return 0;
    }
    const std::int64_t hundredths = std::get<std::int64_t>(read);
    if (hundredths <= 0 || hundredths > kWhole) in_.problems.error(written.place, "a share lies above 0% and not above 100%");
    return hundredths;
  }

  void channels() {
    const auto items = Compiling::items(node_, "channel");
    std::int64_t sum = 0;
    int without = 0;
    for (const Node* item : items) {
      model::QuotaChannel channel;
      if (const Node* name = Compiling::text(*item, "name")) {
        is_value("channel", *name);
        channel.name = name->text;
      }
      if (const Node* written = Compiling::text(*item, "share")) {
        channel.share_hundredths = share(*written);
        sum += channel.share_hundredths;
      } else {
        ++without;
      }
      quota_.channels.push_back(std::move(channel));
    }
    if (without != 1 || quota_.channels.back().share_hundredths >= 0) {
      in_.problems.error(node_.find_member("channel")->place, "the shares of the channels do not add up: the last channel takes the rest "
                                                               "and has no \"share\", every other one has");
    } else if (sum > kWhole) {
      in_.problems.error(node_.find_member("channel")->place, "the shares of the channels come to more than 100%");
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Node* to = Compiling::text(*items[i], "surplus_to");
      if (to == nullptr) continue;
      const int index = quota_.channel(to->text);
      if (index < 0) in_.problems.unknown(to->place, "channel", to->text, Compiling::names_of(quota_.channels));
      const bool never = opens_ != nullptr && in_.condition(*opens_, *items[i], "surplus_when").never;
      if (!never) quota_.channels[i].surplus_to = index;
    }
  }

  void one_group(const Node& item) {
    model::QuotaGroup group;
    if (const Node* name = Compiling::text(item, "name")) group.name = name->text;
    group.title = Compiling::bilingual(item, "title");
    for (const Node* name : Compiling::texts(item, "classes")) {
      is_value("about_class", *name);
      if (quota_.group_of(name->text) >= 0) in_.problems.error(name->place, "the class " + shown(name->text) + " is in two groups");
      if (!is_class(name->text)) in_.problems.error(name->place, "no procedure has cases of class " + shown(name->text));
      group.classes.push_back(name->text);
    }
    if (const Node* written = Compiling::text(item, "share")) group.share_hundredths = share(*written);
    const auto block = Compiling::integer(item, "block");
    if (block && (*block < 1 || *block > kLongestBlock)) {
      in_.problems.error(item.find("block")->place, "a block has 1 to " + std::to_string(kLongestBlock) + " cases");
    } else {
      group.block = static_cast<int>(block.value_or(1));
      if (group.share_hundredths * group.block % kWhole != 0) {
        in_.problems.error(item.find_member("share")->place, "the share of a block of " + std::to_string(group.block) +
                                                                 " is no whole number of cases; give a \"block\" of which it is");
      }
    }
    if (const Node* prefers = Compiling::text(item, "prefers")) {
      group.prefers = quota_.channel(prefers->text);
      if (group.prefers < 0) in_.problems.unknown(prefers->place, "channel", prefers->text, Compiling::names_of(quota_.channels));
    }
    group.clause = in_.clause(item, where_ + ".group." + group.name);
    quota_.groups.push_back(std::move(group));
  }

  bool is_class(const std::string& name) const {
    return std::any_of(in_.manual.procedures.begin(), in_.manual.procedures.end(),
                       [&](const model::Procedure& procedure) { return procedure.name != quota_.opens && has_class(procedure, name); });
  }
  static bool has_class(const model::Procedure& procedure, const std::string& name) {
    const std::vector<std::string>& own = procedure.fields[2].values;
    return own.empty() ? procedure.name == name : std::find(own.begin(), own.end(), name) != own.end();
  }

  void exclude(const Node& item) {
    model::QuotaExclusion exclusion;
    if (const Node* name = Compiling::text(item, "name")) exclusion.name = name->text;
    exclusion.title = Compiling::bilingual(item, "title");
    const auto named = Compiling::texts(item, "procedures");
    for (const Node* name : named) {
      const model::Procedure* procedure = in_.manual.procedure(name->text);
      if (procedure == nullptr) {
        in_.problems.unknown(name->place, "procedure", name->text, Compiling::names_of(in_.manual.procedures));
      } else {
        exclusion.when.emplace_back(procedure->name, in_.condition(*procedure, item, "when"));
      }
    }
    if (named.empty()) {
      for (const model::Procedure& procedure : in_.manual.procedures) {
        const bool of_a_group = std::any_of(quota_.groups.begin(), quota_.groups.end(), [&](const model::QuotaGroup& group) {
          return std::any_of(group.classes.begin(), group.classes.end(), [&](const std::string& name) { return has_class(procedure, name); });
        });
        if (of_a_group) exclusion.when.emplace_back(procedure.name, in_.condition(procedure, item, "when"));
      }
    }
    quota_.exclusions.push_back(std::move(exclusion));
  }

  Compiling& in_;
  const Node& node_;
  model::Quota quota_;
  const model::Procedure* opens_ = nullptr;
  std::string where_;
};

}  // namespace

void compile_quotas(Compiling& in) {
  if (!in.well_formed) return;
  for (const Node::Member* member : Compiling::tables(in.root, "quota")) in.manual.quotas.push_back(OneQuota(in, *member).all());
}

}  // namespace wuye
