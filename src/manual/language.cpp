// The table itself. To add a key to the language: a row here, its meaning in compile_*.cpp, a line in
// docs/manual-language.md.
#include "manual/language.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace wuye::language {
namespace {

constexpr bool kRequired = true;
constexpr bool kOptional = false;

constexpr Key kManual[] = {
    {"almanac", Form::map, kOptional, {}, Part::almanac},
    {"book", Form::map, kOptional, {}, Part::book},
    {"calendar", Form::map, kOptional, {}, Part::calendar},
    {"chapter", Form::map, kOptional, {}, Part::chapter},
    {"clause", Form::map, kOptional, {}, Part::clause},
    {"duty", Form::map, kOptional, {}, Part::duty},
    {"extends", Form::choice, kOptional, "standard"},
    {"fee", Form::map, kOptional, {}, Part::fee},
    {"late", Form::table, kOptional, {}, Part::late},
    {"metric", Form::map, kOptional, {}, Part::metric},
    {"name", Form::text, kRequired},
    {"post", Form::map, kOptional, {}, Part::post},
    {"procedure", Form::map, kOptional, {}, Part::procedure},
    {"quota", Form::map, kOptional, {}, Part::quota},
    {"scorecard", Form::map, kOptional, {}, Part::scorecard},
    {"switch", Form::map_of_maps, kOptional, {}, Part::switch_},
    {"time_zone", Form::text, kRequired},
    {"treat", Form::map, kOptional, {}, Part::treat},
    {"use", Form::list, kOptional, {}, Part::use},
};

constexpr Key kText[] = {
    {"en", Form::text, kRequired},
    {"zh", Form::text, kRequired},
};

constexpr Key kCalendar[] = {
    {"almanac", Form::text},
    {"breaks", Form::hours},
    {"makeup_like", Form::choice, kOptional, "mon|tue|wed|thu|fri|sat|sun"},
    {"overrides", Form::dated_hours},
    {"title", Form::table, kRequired, {}, Part::text},
    {"weekly", Form::hours, kRequired},
};

constexpr Key kAlmanac[] = {
    {"title", Form::table, kOptional, {}, Part::text},
    {"years", Form::years},
};

constexpr Key kAlmanacYear[] = {
    {"holidays", Form::dates, kRequired},
    {"makeup", Form::dates},
    {"source", Form::table, kOptional, {}, Part::text},
};
constexpr Key kEachYear = {"", Form::table, kOptional, {}, Part::almanac_year};

constexpr Key kPost[] = {
    {"deputy", Form::text},
    {"superior", Form::text},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kSwitch[] = {
    {"clauses", Form::names},
    {"title", Form::table, kRequired, {}, Part::text},
    {"value", Form::text, kRequired},
    {"values", Form::names, kRequired},
};

constexpr Key kLate[] = {
    {"by", Form::names, kRequired},
    {"free", Form::text, kRequired},
    {"limit", Form::text, kRequired},
};

constexpr Key kUse[] = {
    {"chapter", Form::text, kRequired},
    {"from", Form::date},
    {"observe", Form::boolean},
};

constexpr Key kChapter[] = {
    {"modules", Form::names},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kClause[] = {
    {"checklist", Form::boolean},
    {"kind", Form::choices, kRequired, "figure|workflow|authority|document|role|conduct"},
    {"module", Form::text, kRequired},
    {"reading", Form::table, kOptional, {}, Part::text},
    {"source", Form::text},
    {"text", Form::table, kRequired, {}, Part::text},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kTreat[] = {
    {"as", Form::choice, kRequired, "duty|checklist"},
    {"why", Form::table, kRequired, {}, Part::text},
};

constexpr Key kProcedure[] = {
    {"action", Form::list, kRequired, "do", Part::action},
    {"chapter", Form::text, kRequired},
    {"clauses", Form::names},
    {"custody", Form::table, kOptional, {}, Part::custody},
    {"deadline", Form::list, kOptional, "name", Part::deadline},
    {"field", Form::map, kOptional, {}, Part::field},
    {"keeps_out", Form::names},
    {"stage", Form::list, kRequired, "name", Part::stage},
    {"tally", Form::list, kOptional, "name", Part::tally},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kField[] = {
    {"default", Form::value},
    {"personal", Form::boolean},
    {"title", Form::table, kRequired, {}, Part::text},
    {"titles", Form::map, kOptional, {}, Part::text},
    {"type", Form::choice, kRequired, "text|int|bool|instant|date|enum|money|decimal|list|place|person|case"},
    {"values", Form::names},
};

constexpr Key kStage[] = {
    {"clause", Form::text},
    {"ending", Form::choice, kOptional, "done|cancelled|refused_by_owner|no_access|not_ours|duplicate|attached|passed_on"},
    {"joins", Form::text},
    {"name", Form::text, kRequired},
    {"on_duty", Form::boolean},
    {"remove", Form::boolean},
    {"tell", Form::names},
    {"title", Form::table, kRequired, {}, Part::text},
    {"where", Form::choice_or_table, kOptional, "office|owner|police|courier|lost|destroyed", Part::keeper},
};

constexpr Key kAction[] = {
    {"add", Form::values},
    {"becomes", Form::text},
    {"books", Form::choice, kOptional, "bill|charge|reading|receipt|prepay|claim|waive|write_off|refund|reverse|defer|late_fee|arrears|settled"},
    {"by", Form::names, kRequired},
    {"clauses", Form::names},
    {"copies", Form::list, kOptional, {}, Part::copies},
    {"counts", Form::list, kOptional, {}, Part::counts},
    {"do", Form::text, kRequired},
    {"freezes", Form::choice, kOptional, "scorecard"},
    {"from", Form::names},
    {"holder", Form::text},
    {"may", Form::names},
    {"needs", Form::names},
    {"not_same_as", Form::names},
    {"on_breach", Form::choice, kOptional, "record|refuse"},
    {"only_when", Form::list, kOptional, {}, Part::requirement},
    {"opening", Form::boolean},
    {"opens", Form::list, kOptional, {}, Part::opens},
    {"remove", Form::boolean},
    {"set", Form::values},
    {"tells", Form::list, kOptional, {}, Part::tells},
    {"title", Form::table, kRequired, {}, Part::text},
    {"to", Form::text},
};

constexpr Key kRequirement[] = {
    {"because", Form::table, kRequired, {}, Part::text},
    {"clause", Form::text},
    {"if", Form::table, kOptional, {}, Part::condition},
    {"when", Form::table, kRequired, {}, Part::condition},
};

constexpr Key kOpens[] = {
    {"copy", Form::names},
    {"each", Form::table, kOptional, {}, Part::each},
    {"procedure", Form::text, kRequired},
    {"when", Form::table, kOptional, {}, Part::condition},
    {"with", Form::values},
};

constexpr Key kTells[] = {
    {"clause", Form::text},
    {"tell", Form::names, kRequired},
    {"when", Form::table, kOptional, {}, Part::condition},
};

constexpr Key kCopies[] = {
    {"field", Form::text, kRequired},
    {"into", Form::text, kRequired},
    {"opened_by", Form::text, kRequired},
};

constexpr Key kCounts[] = {
    {"into", Form::text, kRequired},
    {"procedures", Form::names, kRequired},
    {"same", Form::names},
    {"stages", Form::names},
    {"sum", Form::text},
};

constexpr Key kDeadline[] = {
    {"clause", Form::text},
    {"drops", Form::names},
    {"extended_by", Form::text},
    {"from", Form::names, kRequired},
    {"ladder", Form::list, kOptional, {}, Part::level},
    {"name", Form::text, kRequired},
    {"pauses", Form::names},
    {"remove", Form::boolean},
    {"title", Form::table, kRequired, {}, Part::text},
    {"until", Form::names_or_table, kRequired, {}, Part::until},
    {"within", Form::list, kRequired, {}, Part::limit},
};

constexpr Key kUntil[] = {
    {"actions", Form::names},
    {"stages", Form::names},
};

constexpr Key kLimit[] = {
    {"calendar", Form::text},
    {"clause", Form::text},
    {"due", Form::text},
    {"due_at", Form::text},
    {"due_day", Form::integer},
    {"due_next_opening", Form::text},
    {"limit", Form::text},
    {"when", Form::table, kOptional, {}, Part::condition},
};

constexpr Key kLevel[] = {
    {"at", Form::text, kRequired},
    {"calendar", Form::text},
    {"clause", Form::text},
    {"do", Form::text},
    {"open", Form::table, kOptional, {}, Part::open},
    {"set", Form::values},
    {"tell", Form::names},
};

constexpr Key kOpen[] = {
    {"procedure", Form::text, kRequired},
    {"with", Form::values},
};

constexpr Key kTally[] = {
    {"at_least", Form::integer, kRequired},
    {"calendar", Form::text},
    {"clause", Form::text},
    {"key", Form::names, kRequired},
    {"name", Form::text, kRequired},
    {"opens", Form::list, kOptional, {}, Part::opens},
    {"remove", Form::boolean},
    {"tell", Form::names},
    {"title", Form::table, kRequired, {}, Part::text},
    {"within", Form::text, kRequired},
};

constexpr Key kCondition[] = {
    {"actor", Form::table, kOptional, {}, Part::actor_test},
    {"cases", Form::table, kOptional, {}, Part::cases_test},
    {"children", Form::table, kOptional, {}, Part::children_test},
    {"did", Form::table, kOptional, {}, Part::did_test},
    {"differs", Form::names},
    {"has", Form::names},
    {"inside", Form::text},
    {"lacks", Form::names},
    {"lead", Form::table, kOptional, {}, Part::lead},
    {"not", Form::table, kOptional, {}, Part::condition},
    {"not_after", Form::names},
    {"opened", Form::table, kOptional, {}, Part::opened_test},
    {"place", Form::table, kOptional, {}, Part::place_test},
    {"post", Form::table, kOptional, {}, Part::post_test},
    {"share", Form::table, kOptional, {}, Part::share_test},
    {"stage", Form::table, kOptional, {}, Part::stage_test},
    {"switch", Form::values},
    {"times", Form::table, kOptional, {}, Part::times_test},
};

constexpr Key kRange[] = {
    {"at_least", Form::integer},
    {"at_most", Form::integer},
};

constexpr Key kLead[] = {
    {"at_least", Form::text, kRequired},
    {"before", Form::text, kRequired},
    {"calendar", Form::text},
};

constexpr Key kPlaceTest[] = {
    {"building", Form::names},
    {"kind", Form::names},
    {"use", Form::names},
    {"zone", Form::names},
};

constexpr Key kStageTest[] = {
    {"is", Form::names},
    {"live", Form::boolean},
    {"of", Form::text, kRequired},
    {"procedure", Form::names},
};

constexpr Key kChildrenTest[] = {
    {"ended", Form::boolean, kRequired},
};

constexpr Key kShareTest[] = {
    {"at_least", Form::text, kRequired},
    {"in", Form::text, kRequired},
    {"of", Form::text, kRequired},
};

constexpr Key kEach[] = {
    {"as", Form::text, kRequired},
    {"of", Form::text, kRequired},
};

constexpr Key kOpenedTest[] = {
    {"by", Form::text, kRequired},
    {"is", Form::names, kRequired},
};

constexpr Key kActorTest[] = {
    {"is", Form::choices, kRequired, "staff|resident|provider|device|authority|system"},
    {"of", Form::text, kRequired},
};

constexpr Key kBook[] = {
    {"chapter", Form::text, kRequired},
    {"class_from", Form::text},
    {"clauses", Form::names},
    {"procedures", Form::names, kRequired},
    {"rows", Form::integer_or_table, kRequired, {}, Part::by_switch},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kMetric[] = {
    {"applies", Form::choice_or_table, kOptional,
     "measured_quarter|following_quarter|quarter_end|measured_half|following_half|half_end|measured_year|following_year|year_end", Part::by_switch},
    {"bonus", Form::text},
    {"breaches", Form::choices, kOptional,
     "ended|wrong_stage|unknown_actor|not_allowed|kept_out|same_person|missing_field|unknown_place|condition|too_late"},
    {"cap", Form::integer_or_table, kOptional, {}, Part::by_switch},
    {"carry", Form::choice_or_table, kOptional, "due_month|until_done", Part::by_switch},
    {"channel", Form::text},
    {"chapter", Form::text, kRequired},
    {"charged_to", Form::choice_or_table, kOptional, "actor|holder|opener|zone", Part::charged},
    {"charges", Form::list, kOptional, {}, Part::metric_charges},
    {"clauses", Form::names},
    {"dated", Form::text},
    {"deadline", Form::text},
    {"endings", Form::choices, kOptional, "done|cancelled|refused_by_owner|no_access|not_ours|duplicate|passed_on"},
    {"first_by", Form::text},
    {"group", Form::text},
    {"kind", Form::choice, kRequired, "count|sum|ratio|mean|ceil_share"},
    {"parts", Form::list, kOptional, {}, Part::metric_part},
    {"pass", Form::text},
    {"points", Form::integer},
    {"points_for", Form::choice_or_table, kOptional, "once_a_month|each", Part::by_switch},
    {"procedures", Form::names},
    {"quota", Form::text},
    {"step", Form::choice_or_table, kOptional, "per_full_point|pro_rata|per_started_point", Part::by_switch},
    {"title", Form::table, kRequired, {}, Part::text},
    {"value", Form::names_or_table, kOptional, {}, Part::rate},
    {"waived", Form::choice_or_table, kOptional, "out|in", Part::by_switch},
    {"when", Form::table, kOptional, {}, Part::condition},
    {"where", Form::table, kOptional, {}, Part::condition},
    {"written_off", Form::choice_or_table, kOptional, "out|in", Part::by_switch},
};

constexpr Key kMetricCharges[] = {
    {"heads", Form::names, kRequired},
    {"when", Form::table, kOptional, {}, Part::condition},
};

constexpr Key kMetricPart[] = {
    {"procedures", Form::names, kRequired},
    {"share", Form::text, kRequired},
    {"where", Form::table, kOptional, {}, Part::condition},
};

constexpr Key kRate[] = {
    {"done", Form::text},
    {"due", Form::text},
    {"percent", Form::text},
};

constexpr Key kCharged[] = {
    {"field", Form::text},
    {"post", Form::text},
};

constexpr Key kScorecard[] = {
    {"base", Form::integer_or_table, kOptional, {}, Part::by_switch},
    {"chapter", Form::text, kRequired},
    {"clauses", Form::names},
    {"floor", Form::integer_or_table, kOptional, {}, Part::by_switch},
    {"metrics", Form::names, kRequired},
    {"post", Form::text, kRequired},
    {"recorded", Form::names},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kBySwitch[] = {
    {"switch", Form::text, kRequired},
};

constexpr Key kQuota[] = {
    {"channel", Form::list, kRequired, "name", Part::quota_channel},
    {"chapter", Form::text, kRequired},
    {"clauses", Form::names},
    {"copy", Form::names},
    {"deadline", Form::text, kRequired},
    {"endings", Form::choices, kRequired, "done|cancelled|refused_by_owner|no_access|not_ours|duplicate|passed_on"},
    {"exclude", Form::list, kOptional, "name", Part::quota_exclusion},
    {"group", Form::list, kRequired, "name", Part::quota_group},
    {"opens", Form::text, kRequired},
    {"tell", Form::names},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kQuotaGroup[] = {
    {"block", Form::integer},
    {"classes", Form::names, kRequired},
    {"clause", Form::text},
    {"name", Form::text, kRequired},
    {"prefers", Form::text},
    {"remove", Form::boolean},
    {"share", Form::text, kRequired},
    {"title", Form::table, kRequired, {}, Part::text},
};

constexpr Key kQuotaChannel[] = {
    {"name", Form::text, kRequired},
    {"remove", Form::boolean},
    {"share", Form::text},
    {"surplus_to", Form::text},
    {"surplus_when", Form::table, kOptional, {}, Part::condition},
};

constexpr Key kQuotaExclusion[] = {
    {"name", Form::text, kRequired},
    {"procedures", Form::names},
    {"remove", Form::boolean},
    {"title", Form::table, kRequired, {}, Part::text},
    {"when", Form::table, kRequired, {}, Part::condition},
};

constexpr Key kDidTest[] = {
    {"is", Form::names},
    {"of", Form::text, kRequired},
};

constexpr Key kPostTest[] = {
    {"is", Form::names, kRequired},
    {"of", Form::text, kRequired},
};

constexpr Key kTimesTest[] = {
    {"at_least", Form::integer, kRequired},
    {"days", Form::integer},
    {"of", Form::text, kRequired},
};

constexpr Key kFee[] = {
    {"basis", Form::choice, kRequired, "area|unit|flat|meter|lump"},
    {"billed", Form::choice, kOptional, "month|quarter|half|year"},
    {"chapter", Form::text, kRequired},
    {"clauses", Form::names},
    {"due_after_months", Form::integer},
    {"due_day", Form::integer},
    {"head", Form::choice, kRequired, "management|shared_utility|collected_for_others|parking|paid_service|historic_arrears|deposit"},
    {"late", Form::table, kOptional, {}, Part::fee_late},
    {"part_month", Form::choice_or_table, kOptional, "calendar_days|thirty_days", Part::by_switch},
    {"places", Form::choices, kOptional, "unit|common|equipment|parking"},
    {"prepaid", Form::list, kOptional, {}, Part::fee_prepaid},
    {"price", Form::list, kOptional, {}, Part::fee_price},
    {"price_for", Form::choice, kOptional, "month|quarter|half|year"},
    {"title", Form::table, kRequired, {}, Part::text},
};
constexpr Key kFeePrice[] = {
    {"clause", Form::text},
    {"from", Form::date},
    {"price", Form::text, kRequired},
    {"when", Form::table, kOptional, {}, Part::condition},
};
constexpr Key kFeePrepaid[] = {
    {"clause", Form::text},
    {"months", Form::integer, kRequired},
    {"off", Form::text, kRequired},
    {"when", Form::table, kOptional, {}, Part::condition},
};
constexpr Key kFeeLate[] = {
    {"cap", Form::text},
    {"clause", Form::text},
    {"grace_days", Form::integer},
    {"rate", Form::text, kRequired},
    {"when", Form::table, kOptional, {}, Part::condition},
};

constexpr Key kDuty[] = {
    {"at", Form::text},
    {"calendar", Form::text},
    {"chapter", Form::text, kRequired},
    {"clauses", Form::names},
    {"day", Form::integer},
    {"every", Form::choice, kRequired, "week|month|quarter|half|year"},
    {"month", Form::integer},
    {"opens", Form::text, kRequired},
    {"period", Form::text},
    {"title", Form::table, kRequired, {}, Part::text},
    {"when", Form::table, kOptional, {}, Part::condition},
    {"with", Form::values},
};

constexpr Key kCasesTest[] = {
    {"at_least", Form::integer},
    {"at_most", Form::integer},
    {"procedure", Form::names, kRequired},
    {"same", Form::names},
    {"stage", Form::names},
};

constexpr Key kCustody[] = {
    {"pieces", Form::text},
    {"tag", Form::text},
};

constexpr Key kKeeper[] = {
    {"field", Form::text, kRequired},
};

constexpr Shape kShapes[] = {
    {Part::manual, "a manual", kManual},
    {Part::text, "a text in two languages", kText},
    {Part::calendar, "a calendar", kCalendar},
    {Part::almanac, "an almanac", kAlmanac, Further::years},
    {Part::almanac_year, "a year of an almanac", kAlmanacYear},
    {Part::post, "a post", kPost},
    {Part::switch_, "a switch", kSwitch},
    {Part::late, "[late]", kLate},
    {Part::use, "an item of use", kUse},
    {Part::chapter, "a chapter", kChapter},
    {Part::clause, "a clause", kClause},
    {Part::treat, "a treatment of a clause", kTreat},
    {Part::procedure, "a procedure", kProcedure},
    {Part::field, "a field", kField},
    {Part::stage, "a stage", kStage},
    {Part::action, "an action", kAction},
    {Part::requirement, "an item of only_when", kRequirement},
    {Part::opens, "an item of opens", kOpens},
    {Part::tells, "an item of tells", kTells},
    {Part::copies, "an item of copies", kCopies},
    {Part::counts, "an item of counts", kCounts},
    {Part::deadline, "a deadline", kDeadline},
    {Part::until, "until", kUntil},
    {Part::limit, "a line of within", kLimit},
    {Part::level, "a level of a ladder", kLevel},
    {Part::open, "open", kOpen},
    {Part::tally, "a tally", kTally},
    {Part::condition, "a condition", kCondition, Further::fields},
    {Part::range, "a range", kRange},
    {Part::lead, "lead", kLead},
    {Part::place_test, "a test of the place", kPlaceTest},
    {Part::stage_test, "a test of another case", kStageTest},
    {Part::opened_test, "a test of an opened case", kOpenedTest},
    {Part::actor_test, "a test of an actor", kActorTest},
    {Part::children_test, "children", kChildrenTest},
    {Part::each, "each", kEach},
    {Part::metric, "a metric", kMetric},
    {Part::metric_charges, "charges of a metric", kMetricCharges},
    {Part::metric_part, "a part of a metric", kMetricPart},
    {Part::rate, "value", kRate},
    {Part::charged, "charged_to", kCharged},
    {Part::scorecard, "a scorecard", kScorecard},
    {Part::by_switch, "a value by a switch", kBySwitch},
    {Part::book, "a book", kBook},
    {Part::quota, "a quota", kQuota},
    {Part::quota_group, "a group of a quota", kQuotaGroup},
    {Part::quota_channel, "a channel of a quota", kQuotaChannel},
    {Part::quota_exclusion, "an item of exclude", kQuotaExclusion},
    {Part::did_test, "did", kDidTest},
    {Part::post_test, "post", kPostTest},
    {Part::times_test, "times", kTimesTest},
    {Part::fee, "a fee", kFee},
    {Part::fee_price, "a price", kFeePrice},
    {Part::fee_prepaid, "prepaid", kFeePrepaid},
    {Part::fee_late, "late", kFeeLate},
    {Part::cases_test, "cases", kCasesTest},
    {Part::custody, "custody", kCustody},
    {Part::keeper, "where", kKeeper},
    {Part::share_test, "share", kShareTest},
    {Part::duty, "a duty", kDuty},
};

constexpr bool table_is_in_order() {
  for (std::size_t i = 0; i < std::size(kShapes); ++i) {
    if (static_cast<std::size_t>(kShapes[i].part) != i) return false;
    for (std::size_t k = 1; k < kShapes[i].keys.size(); ++k) {
      if (!(kShapes[i].keys[k - 1].name < kShapes[i].keys[k].name)) return false;
    }
  }
  return true;
}
static_assert(table_is_in_order(), "shape() indexes by part, find_key() searches keys by name");

}  // namespace

const Shape& shape(Part part) noexcept { return kShapes[static_cast<std::size_t>(part)]; }

std::span<const Shape> shapes() noexcept { return kShapes; }

const Key* find_key(const Shape& shape, std::string_view name) noexcept {
  const auto found = std::lower_bound(shape.keys.begin(), shape.keys.end(), name,
                                      [](const Key& key, std::string_view n) { return key.name < n; });
  return found != shape.keys.end() && found->name == name ? &*found : nullptr;
}

const Key* find_any_key(const Shape& shape, std::string_view name) noexcept {
  const Key* listed = find_key(shape, name);
  return listed == nullptr && shape.further == Further::years ? &kEachYear : listed;
}

bool is_choice(std::string_view choices, std::string_view choice) noexcept {
  bool found = false;
  for_each_word(choices, [&](std::string_view word) { found = found || word == choice; });
  return found;
}

}  // namespace wuye::language
