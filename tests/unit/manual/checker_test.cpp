// What the checker refuses, each with its place: one fault at a time in an otherwise sound manual.
#include "support.hpp"

namespace wuye::test {

TEST_CASE("a sound manual has no problems", "[manual]") { CHECK(problems_of(kManual).empty()); }

TEST_CASE("problems have literal lines and columns, errors by place", "[manual]") {
  const auto problems = problems_of("name = \"x\"\ntime_zone = \"UTC\"\n\n[post.a]\ntitel = { zh = \"甲\", en = \"A\" }\n");
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].where.line == 4);
  CHECK(problems[0].where.column == 1);
  CHECK(problems[0].message == "a post needs \"title\"");
  CHECK(problems[1].where.line == 5);
  CHECK(problems[1].where.column == 1);
  CHECK(problems[1].message == "unknown key of a post \"titel\"");
  CHECK(problems[1].suggestion == "title");
}

TEST_CASE("unknown keys", "[manual]") {
  expect_error("[late]", "¦nmae = 1\n[late]", "unknown key of a switch \"nmae\"");
  expect_error("name      = \"garden\"", "name      = \"garden\"\n¦tiem_zone = \"UTC\"", "unknown key of a manual \"tiem_zone\"",
               "time_zone");
  expect_error("holder = \"worker\"\n", "holder = \"worker\"\n¦form = [\"reported\"]\n", "unknown key of an action \"form\"", "from");
  expect_error("limit = \"4h\", calendar", "limit = \"4h\", ¦clendar = \"desk_day\", calendar",
               "unknown key of a line of within \"clendar\"", "calendar");
  expect_error("quote = { at_most = 50000 }", "quote = { at_most = 50000, ¦at_lest = 1 }", "unknown key of a range \"at_lest\"",
               "at_least");
}

TEST_CASE("values of the wrong kind", "[manual]") {
  expect_error("points     = 4", "points     = ¦\"4\"", "\"points\" takes a whole number, not a text");
  expect_error("by    = [\"supervisor\"]", "by    = ¦7", "\"by\" takes a text or a list of texts, not a whole number");
  expect_error("module = \"repair\"\nkind   = [\"workflow\"]", "module = \"repair\"\nchecklist = ¦1\nkind   = [\"workflow\"]",
               "\"checklist\" takes true or false, not a whole number");
  expect_error("kind   = [\"figure\"]", "kind   = [¦\"figures\"]", "unknown value of \"kind\" \"figures\"", "figure");
  expect_error("{ daily = [[\"08:30\", \"18:30\"]] }", "{ daily = [¦[\"08:30\"]] }",
               "a span is two times of day as texts, like [\"08:30\", \"18:30\"]");
  expect_error("{ daily = [[\"08:30\", \"18:30\"]] }", "{ ¦dialy = [[\"08:30\", \"18:30\"]] }", "unknown day \"dialy\"", "daily");
  expect_error("2026-01-01, ", "¦\"2026-02-30\", ", "2026-02 has 28 days, not 30");
}

TEST_CASE("keys that are missing", "[manual]") {
  expect_error("[[procedure.repair.deadline]]\nname   = \"arrive\"\n",
               "¦[[procedure.repair.deadline]]\n[[procedure.repair.deadline]]\nname   = \"arrive\"\n",
               "a deadline of a procedure needs \"name\"");
  expect_error("[chapter.repairs]\ntitle   = { zh = \"报修\", en = \"Repair\" }", "¦[chapter.repairs]", "a chapter needs \"title\"");
  expect_error("[late]\nfree  = \"24h\"", "¦[late]", "[late] needs \"free\"");
  expect_error("{ when = { has = \"promised\" }, due = \"promised\" }", "¦{ when = { has = \"promised\" } }",
               "a line of within needs one of \"limit\", \"due\", \"due_at\", \"due_day\" and \"due_next_opening\"");
  expect_error("[[procedure.repair.action]]\ndo     = \"arrive\"\ntitle  = { zh = \"到场\", en = \"Arrive\" }\nby     = [\"worker\"]\n"
               "from   = [\"reported\"]\n",
               "¦[[procedure.repair.action]]\ndo     = \"arrive\"\ntitle  = { zh = \"到场\", en = \"Arrive\" }\nby     = [\"worker\"]\n",
               "\"arrive\" needs \"from\": the stages in which it may be done, or [\"*\"]");
}

TEST_CASE("floats", "[manual]") {
  expect_error("points     = 4", "points     = ¦4.0", "floats are not taken: write a decimal as text, like \"0.5\"");
  const auto problems = problems_of("name = \"x\"\ntime_zone = \"UTC\"\nalmanac = { a = 1.5, b = nan }\n");
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].where.line == 3);
  CHECK(problems[0].where.column == 17);
  CHECK(problems[1].where.column == 26);
}

TEST_CASE("broken syntax", "[manual]") {
  const auto problems = problems_of("name = \"garden\"\ntime_zone = \n");
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].where.line == 2);
}

TEST_CASE("a text in one language only", "[manual]") {
  expect_error("title = { zh = \"经理\", en = \"Manager\" }", "title = ¦{ zh = \"经理\" }",
               "the text is given in one language only: \"en\" is missing");
  expect_error("title = { zh = \"经理\", en = \"Manager\" }", "title = { zh = ¦\"\", en = \"Manager\" }", "\"zh\" is empty");
}

TEST_CASE("unknown names, with the nearest", "[manual]") {
  expect_error("by     = [\"worker\"]", "by     = [¦\"wroker\"]", "unknown post \"wroker\"", "worker");
  expect_error("from   = [\"reported\"]", "from   = [¦\"reportd\"]", "unknown stage \"reportd\"", "reported");
  expect_error("to     = \"on_site\"", "to     = ¦\"onsite\"", "unknown stage \"onsite\"", "on_site");
  expect_error("needs   = [\"place\"]", "needs   = [¦\"plaice\"]", "unknown field \"plaice\"", "place");
  expect_error("limit = \"4h\", calendar = \"desk_day\"", "limit = \"4h\", calendar = ¦\"desk_dya\"", "unknown calendar \"desk_dya\"",
               "desk_day");
  expect_error("almanac = \"cn\"", "almanac = ¦\"ch\"", "unknown almanac \"ch\"", "cn");
  expect_error("chapter = \"repairs\"\n\n[procedure.repair.field]", "chapter = ¦\"repiars\"\n\n[procedure.repair.field]",
               "unknown chapter \"repiars\"", "repairs");
  expect_error("modules = [\"repair\"]", "modules = [¦\"repairs\"]", "unknown module of clauses \"repairs\"", "repair");
  expect_error("superior = \"boss\"", "superior = ¦\"bos\"", "unknown post \"bos\"", "boss");
  expect_error("{ has = \"promised\" }", "{ has = ¦\"promise\" }", "unknown field \"promise\"", "promised");
  expect_error("when = { quote = {", "when = { ¦qoute = {", "unknown field \"qoute\"", "quote");
  expect_error("urgency = \"emergency\"", "urgency = ¦\"emergancy\"", "unknown value of \"urgency\" \"emergancy\"", "emergency");
  expect_error("{ \"repair.response\" = \"arrival\" }", "{ ¦\"repair.respons\" = \"arrival\" }", "unknown switch \"repair.respons\"",
               "repair.response");
  expect_error("{ \"repair.response\" = \"arrival\" }", "{ \"repair.response\" = ¦\"arival\" }",
               "unknown value of the switch \"repair.response\" \"arival\"", "arrival");
  expect_error("value  = \"arrival\"", "value  = ¦\"arival\"", "unknown value of the switch \"repair.response\" \"arival\"", "arrival");
  expect_error("[\"superior(supervisor)\"]", "[¦\"superior(supervisr)\"]", "unknown recipient \"supervisr\"", "supervisor");
  expect_error("procedures = [\"repair\"]", "procedures = [¦\"repiar\"]", "unknown procedure \"repiar\"", "repair");
  expect_error("deadline   = \"arrive\"", "deadline   = ¦\"arive\"", "unknown deadline of \"repair\" \"arive\"", "arrive");
  expect_error("default = \"ordinary\"", "default = ¦\"ordinry\"", "unknown value of \"urgency\" \"ordinry\"", "ordinary");
}

TEST_CASE("an unknown clause", "[manual]") {
  expect_error("until  = [\"on_site\", \"done\"]", "until  = [\"on_site\", \"done\"]\nextended_by = ¦\"arrives\"",
               "unknown action \"arrives\"", "arrive");
  expect_error("en = \"above the limit\" }, clause = \"C1\"", "en = \"above the limit\" }, clause = ¦\"C9\"", "unknown clause \"C9\"", "C1");
  expect_error("[treat.C2]\n", "[treat.¦C22]\nas  = \"duty\"\nwhy = { zh = \"无\", en = \"No\" }\n[treat.C2]\n",
               "unknown clause \"C22\"", "C2");
}

TEST_CASE("a bare day unit and other lengths that are none", "[manual]") {
  expect_error("limit = \"2h\"", "limit = ¦\"3d\"",
               "\"3d\" leaves open which days: write \"3cd\" for calendar days or \"3wd\" for working days", "3cd");
  expect_error("limit = \"2h\"", "limit = ¦\"3\"", "\"3\" has no unit: write min, h, cd (calendar days) or wd (working days)");
  expect_error("limit = \"2h\"", "limit = ¦\"2 hours\"", "\"2 hours\" is not a length like \"90min\", \"4h\", \"3cd\" or \"2wd\"");
  expect_error("limit = \"2h\"", "limit = ¦\"0h\"", "\"0h\" is not a length between one minute and a hundred years");
  expect_error("at = \"+3cd\"", "at = ¦\"+3d\"",
               "\"3d\" leaves open which days: write \"3cd\" for calendar days or \"3wd\" for working days", "+3cd");
  expect_error("at = \"75%\"", "at = ¦\"three\"", "\"three\" is not a point of a ladder like \"75%\", \"100%\", \"-30min\" or \"+3cd\"");
  expect_error("free  = \"24h\"", "free  = ¦\"1cd\"", "lateness is measured in min or h, not in days");
  expect_error("pass       = \"99.5%\"", "pass       = ¦\"99,5\"",
               "\"99,5\" is not a percentage between \"0%\" and \"100%\" with at most two decimals");
}

TEST_CASE("calendars of lengths", "[manual]") {
  expect_error("{ limit = \"4h\", calendar = \"desk_day\" }", "{ limit = ¦\"4h\" }", "\"4h\" needs a calendar to be counted in",
               "around_the_clock");
  expect_error("{ limit = \"4h\", calendar = \"desk_day\" }", "{ limit = ¦\"4wd\" }", "\"4wd\" needs a calendar to be counted in");
  expect_error("limit = \"4h\", calendar = \"desk_day\"", "limit = \"4cd\", calendar = ¦\"desk_day\"",
               "calendar days are counted without a calendar; working days are written \"4wd\"");
  expect_error("limit = \"4h\", calendar = \"desk_day\"", "due_next_opening = ¦\"around_the_clock\"",
               "\"around_the_clock\" never opens, because it never closes");
  expect_error("{ limit = \"4h\",", "{ limit = \"4h\", ¦due_at = \"18:00\",", "\"due_at\" and \"limit\" exclude each other");
  expect_error("{ limit = \"4h\", calendar = \"desk_day\" }", "{ due_day = ¦32 }", "\"due_day\" is a day of the month, 1 to 31");
  expect_error("{ limit = \"4h\", calendar = \"desk_day\" }", "{ due = ¦\"note\" }", "the field \"note\" is neither an instant nor a date");
}

TEST_CASE("a stage from which no ending is reachable", "[manual]") {
  expect_one(changed(changed(kManual, "from  = [\"*\"]", "from  = [\"reported\"]"),
                     "name  = \"on_site\"", "name  = ¦\"on_site\""),
             true, "no ending can be reached from the stage \"on_site\"", "");
}

TEST_CASE("no action opens a case", "[manual]") {
  std::string text = changed(kManual, "opening = true\n", "from = \"on_site\"\n");
  const auto problems = problems_of(text);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message == "no action opens a case of \"repair\"");
}

TEST_CASE("a deadline whose end cannot happen after its start", "[manual]") {
  expect_error("from   = \"reported\"\nuntil  = [\"on_site\", \"done\"]", "from   = \"on_site\"\nuntil  = ¦[\"on_site\", \"reported\"]",
               "the deadline \"arrive\" cannot end: nothing in \"until\" can happen after the stage \"on_site\"");
  expect_error("from   = \"reported\"\nuntil  = [\"on_site\", \"done\"]", "from   = \"on_site\"\nuntil  = ¦{ actions = [\"arrive\"] }",
               "the deadline \"arrive\" cannot end: nothing in \"until\" can happen after the stage \"on_site\"");
  CHECK(problems_of(changed(kManual, "until  = [\"on_site\", \"done\"]", "until  = { actions = [\"arrive\"] }")).empty());
}

TEST_CASE("ladders out of order", "[manual]") {
  expect_error("{ at = \"100%\", tell = [\"supervisor\"] }", "{ at = ¦\"60%\", tell = [\"supervisor\"] }",
               "the ladder is out of order: \"60%\" does not come after \"75%\"");
  expect_error("{ at = \"100%\", tell = [\"supervisor\"] }", "{ at = ¦\"75%\", tell = [\"supervisor\"] }",
               "the ladder is out of order: \"75%\" does not come after \"75%\"");
  expect_error("{ at = \"75%\", tell = \"holder\" }", "{ at = \"75%\", tell = \"holder\" }, { at = \"-30min\", tell = \"holder\" }, { at = ¦\"-1h\", tell = \"holder\" }",
               "the ladder is out of order: \"-1h\" does not come after \"-30min\"");
  expect_error("{ at = \"+3cd\", tell = [\"superior(supervisor)\"] }", "{ at = \"+3cd\", tell = \"holder\" }, { at = ¦\"-1h\", tell = \"holder\" }",
               "the ladder is out of order: \"-1h\" does not come after \"100%\"");
  expect_error("{ at = \"75%\", tell = \"holder\" }", "¦{ at = \"75%\" }", "the level does nothing: give it \"tell\", \"set\", \"do\" or \"open\"");
}

TEST_CASE("posts in a reporting circle", "[manual]") {
  expect_error("title = { zh = \"经理\", en = \"Manager\" }", "title = { zh = \"经理\", en = \"Manager\" }\nsuperior = ¦\"officer\"",
               "posts report in a circle: boss → officer → supervisor → boss");
  expect_error("title = { zh = \"经理\", en = \"Manager\" }", "title = { zh = \"经理\", en = \"Manager\" }\nsuperior = ¦\"boss\"",
               "posts report in a circle: boss → boss");
  expect_error("deputy   = \"supervisor\"", "deputy   = ¦\"officer\"", "the post \"officer\" cannot stand in for itself");
  expect_error("[post.boss]\n", "[post.¦resident]\ntitle = { zh = \"住\", en = \"R\" }\n[post.boss]\n",
               "\"resident\" has a meaning of its own and cannot be declared as a post");
}

TEST_CASE("overlapping spans", "[manual]") {
  expect_error("daily = [[\"08:30\", \"18:30\"]]", "daily = [[\"08:30\", \"12:00\"], ¦[\"11:00\", \"18:30\"]]",
               "the span overlaps another of the same day");
  const std::string over_midnight = changed(kManual, "daily = [[\"08:30\", \"18:30\"]]", "daily = [[\"08:30\", \"18:30\"], [\"22:00\", \"09:00\"]]");
  const auto problems = problems_of(over_midnight);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].where.line == 6);
  CHECK(problems[0].where.column == 10);
}

TEST_CASE("almanacs", "[manual]") {
  expect_error("makeup   = [2026-02-28]", "makeup   = [¦2027-02-28]", "2027-02-28 does not lie in 2026");
  expect_error("makeup   = [2026-02-28]", "makeup   = [¦2026-01-01]", "2026-01-01 is given twice in 2026");
  expect_error("makeup   = [2026-02-28]", "makeup   = [2026-02-28]\n[almanac.cn.¦2028]\nholidays = []",
               "the almanac \"cn\" has a gap before 2028");
  expect_error("[almanac.cn.2026]", "[almanac.cn]\nyears = ¦[2026, 2027]\n[almanac.cn.2026]", "the almanac \"cn\" lists the years 2026 to 2026");
}

TEST_CASE("an action nobody may do", "[manual]") {
  expect_error("by     = [\"worker\"]", "by     = ¦[]", "nobody may do \"arrive\"", "anyone");
}

TEST_CASE("actions that cannot be followed", "[manual]") {
  expect_error("opening = true\n", "opening = true\n¦from = [\"reported\"]\n",
               "an opening action takes no \"from\": there is no case before it");
  expect_error("holder = \"worker\"", "holder = ¦\"quote\"", "the field \"quote\" is not of type person");
  expect_error("holder = \"worker\"", "set = { quote = ¦\"1\" }", "\"quote\" takes a whole number of fen, not \"1\"");
  expect_error("holder = \"worker\"", "opens = [ { procedure = ¦\"repairs\" } ]", "unknown procedure \"repairs\"", "repair");
}

TEST_CASE("what an action counts, copies and tells", "[manual]") {
  expect_error("holder = \"worker\"", "add = ¦{ worker = \"sun\" }", "\"add\" counts whole numbers; \"worker\" holds none");
  expect_error("holder = \"worker\"", "tells = [ { tell = [¦\"bosss\"] } ]", "unknown recipient \"bosss\"", "boss");
  expect_error("holder = \"worker\"", "tells = [ ¦{ clause = \"C1\" } ]", "an item of tells needs \"tell\"");
  expect_error("holder = \"worker\"", "copies = [ { into = \"note\", opened_by = ¦\"finish\", field = \"note\" } ]",
               "the action \"finish\" opens no case");
  const std::string opens = changed(kManual, "holder = \"worker\"", "opens = [ { procedure = \"repair\" } ]");
  expect_one(changed(opens, "from  = [\"*\"]", "from  = [\"*\"]\ncopies = [ { into = \"note\", opened_by = \"arrive\", field = ¦\"quote\" } ]"), true,
             "\"quote\" cannot be copied into \"note\": both must be of one type, and neither personal", "");
}

TEST_CASE("record books", "[manual]") {
  const auto book = [](const std::string& inside) {
    return "[book.log]\ntitle = { zh = \"登记簿\", en = \"Book\" }\nchapter = \"repairs\"\n" + inside + "\n[chapter.repairs]\n";
  };
  CHECK(problems_of(changed(kManual, "[chapter.repairs]\n", book("procedures = [\"repair\"]\nclass_from = \"urgency\"\nrows = 20"))).empty());
  expect_error("[chapter.repairs]\n", book("procedures = [¦\"repairs\"]\nrows = 20"), "unknown procedure \"repairs\"", "repair");
  expect_error("[chapter.repairs]\n", book("procedures = [\"repair\"]\nrows = ¦0"), "\"rows\" lies between 1 and 1000");
  expect_error("[chapter.repairs]\n", book("procedures = [\"repair\"]\nclass_from = ¦\"note\"\nrows = 20"),
               "the field \"note\" of \"repair\" is no enum");
  expect_error("[chapter.repairs]\n", book("procedures = [\"repair\"]\nclass_from = ¦\"matter\"\nrows = 20"),
               "none of the book's procedures has a field \"matter\"");
  expect_one(changed(changed(kManual, "[chapter.repairs]\n", book("procedures = [\"repair\"]\nrows = { switch = ¦\"repair.response\" }")),
                     "values = [\"arrival\", \"contact\"]", "values = [\"arrival\"]"),
             true, "the switch \"repair.response\" can stand at \"arrival\", which is no \"rows\" between 1 and 1000", "");
}

TEST_CASE("what a metric costs, and what a scorecard starts from", "[manual]") {
  const auto parts = [](const std::string& metric, const std::string& card) {
    return "[metric.arrival]\ntitle = { zh = \"到场\", en = \"Arrival\" }\nchapter = \"repairs\"\nkind = \"ratio\"\nprocedures = [\"repair\"]\n"
           "deadline = \"arrive\"\npass = \"100%\"\n" + metric + "\n[scorecard.desk]\ntitle = { zh = \"考核\", en = \"Card\" }\nchapter = \"repairs\"\n"
           "post = \"officer\"\nmetrics = [\"arrival\"]\n" + card + "\n[chapter.repairs]\n";
  };
  const auto wrong = [&](const std::string& metric, const std::string& card, const std::string& message) {
    expect_error("[chapter.repairs]\n", parts(metric, card), message);
  };
  const std::string by = "{ switch = ¦\"repair.response\" }";
  CHECK(problems_of(changed(kManual, "[chapter.repairs]\n", parts("points = 4\ncap = 20", "base = 100\nfloor = 0"))).empty());
  wrong("points = 4\ncap = ¦-1", "", "\"cap\" lies between 0 and 100000");
  wrong("¦cap = 20", "", "only what costs points is capped");
  wrong("", "base = ¦100001", "\"base\" lies between -100000 and 100000");
  wrong("", "floor = ¦\"none\"", "\"floor\" takes a whole number or a table, not a text");
  for (const char* key : {"base", "floor"}) {
    expect_one(changed(changed(kManual, "[chapter.repairs]\n", parts("", key + (" = " + by))), "values = [\"arrival\", \"contact\"]", "values = [\"arrival\"]"),
               true, "the switch \"repair.response\" can stand at \"arrival\", which is no \"" + std::string(key) + "\" between -100000 and 100000", "");
  }
}

TEST_CASE("rates of charges", "[manual]") {
  const auto rate = [](const std::string& inside) {
    return "[fee.water]\ntitle = { zh = \"水费\", en = \"Water\" }\nchapter = \"repairs\"\nhead = \"collected_for_others\"\nbasis = \"lump\"\n"
           "[metric.in]\ntitle = { zh = \"收缴率\", en = \"Come in\" }\nchapter = \"repairs\"\nkind = \"ratio\"\npass = \"98%\"\npoints = 4\n" +
           inside + "\n[chapter.repairs]\n";
  };
  const std::string sound = "applies = \"quarter_end\"\ncharged_to = \"zone\"\n";
  CHECK(problems_of(changed(kManual, "[chapter.repairs]\n", rate(sound + "charges = [ { heads = [\"water\", \"late_fee\"] } ]\nbonus = \"1%\""))).empty());
  const auto wrong = [&](const std::string& inside, const std::string& message, const std::string& nearest = {}) {
    expect_error("[chapter.repairs]\n", rate(inside), message, nearest);
  };
  wrong(sound + "charges = [ { heads = [¦\"watre\"] } ]", "unknown fee \"watre\"", "water");
  wrong(sound + "charges = [ { heads = [\"water\"] }, { heads = [¦\"water\"] } ]", "\"water\" is listed twice, and each charge counts once");
  wrong(sound + "charges = [ { heads = [\"water\"] } ]\nbonus = ¦\"0.5%\"", "the bonus is withheld by the whole percent");
  wrong(sound + "charges = [ { heads = [\"water\"] } ]\n¦procedures = [\"repair\"]", "charges belong to the period in which they are due");
  wrong(sound + "charges = [ { heads = [\"water\"], when = ¦{ place = { zone = \"east\" } } } ]",
        "a metric's \"when\" asks for switches only; say what is looked at in \"where\"");
  expect_error("[metric.on_time]\n", "[metric.on_time]\n¦bonus = \"1%\"\n", "only of \"charges\"");
  expect_error("[chapter.repairs]\n",
               "[fee.¦late_fee]\ntitle = { zh = \"费\", en = \"Fee\" }\nchapter = \"repairs\"\nhead = \"paid_service\"\nbasis = \"lump\"\n[chapter.repairs]\n",
               "\"late_fee\" is what late fees are booked under, and no fee of its own");
}

TEST_CASE("conditions that cannot be tested", "[manual]") {
  expect_error("quote = { at_most = 50000 }", "note = ¦{ at_most = 50000 }",
               "a range tests whole numbers, money and how long a list is; \"note\" is a text");
  expect_error("quote = { at_most = 50000 }", "quote = ¦{ at_least = 2, at_most = 1 }", "no value lies in this range");
  expect_error("quote = { at_most = 50000 }", "not = ¦{ has = [\"quote\", \"note\"] }", "\"not\" takes exactly one test");
  expect_error("quote = { at_most = 50000 }", "not_after = ¦[\"promised\", \"until\"]",
               "\"not_after\" compares two instants, two dates or two whole numbers");
  expect_error("quote = { at_most = 50000 }", "stage = { of = ¦\"note\", is = [\"done\"] }", "the field \"note\" is not of type case");
  expect_error("quote = { at_most = 50000 }", "stage = { of = \"original\", is = [¦\"dune\"] }", "unknown stage \"dune\"", "done");
  expect_error("quote = { at_most = 50000 }", "opened = { by = ¦\"arive\", is = [\"done\"] }", "unknown action \"arive\"", "arrive");
  expect_error("quote = { at_most = 50000 }", "actor = { of = ¦\"quote\", is = [\"staff\"] }", "the field \"quote\" names nobody");
  expect_error("quote = { at_most = 50000 }", "actor = { of = \"worker\", is = [¦\"tenant\"] }", "unknown value of \"is\" \"tenant\"");
  expect_error("quote = { at_most = 50000 }", "lead = { before = ¦\"quote\", at_least = \"3cd\" }",
               "the field \"quote\" is neither an instant nor a date");
}

TEST_CASE("names that mean something else", "[manual]") {
  expect_error("note     = {", "¦seen     = {", "\"seen\" has a meaning of its own and cannot be declared as a field");
  expect_error("note     = {", "¦\"no te\" = {",
               "\"no te\" cannot name a field: names are made of letters, digits, '_', '-' and '.'");
  expect_error("values = [\"ordinary\", \"emergency\"]", "values = [\"ordinary\", \"emergency\", ¦\"紧急\"]",
               "\"紧急\" is no name: the values of an enum are names, and \"titles\" gives their words");
}

TEST_CASE("it warns of clauses of which nothing is made, and of what has no effect", "[manual]") {
  expect_one(changed(changed(kManual, "[treat.C2]\nas  = \"duty\"\nwhy = { zh = \"无数字。\", en = \"It has no figure.\" }\n", ""),
                     "[clause.C2]", "[clause.¦C2]"),
             false, "C2 (Dispatch) is neither rule, duty nor checklist item", "");
  expect_one(changed(kManual, "[treat.C2]\n", "[treat.¦C1]\nas  = \"duty\"\nwhy = { zh = \"无\", en = \"No\" }\n[treat.C2]\n"), false,
             "C1 is a rule, because procedure.repair.action.finish cites it; what is said here has no effect", "");
  expect_one(changed(kManual, "  { limit = \"4h\", calendar = \"desk_day\" },\n",
                     "  { limit = \"4h\", calendar = \"desk_day\" },\n  ¦{ limit = \"5cd\" },\n"),
             false, "the line is never reached, because one above it always holds", "");
  expect_one(changed(kManual, "[[procedure.repair.action]]\ndo      = \"report\"",
                     "[[procedure.repair.stage]]\nname = ¦\"lost\"\ntitle = { zh = \"失\", en = \"Lost\" }\n\n"
                     "[[procedure.repair.action]]\ndo      = \"report\""),
             false, "no case can come to the stage \"lost\"", "");
}

TEST_CASE("cases that belong to others", "[manual]") {
  expect_error("ending = \"done\"\n", "ending = ¦\"attached\"\n", "a case that ends attached \"joins\" another");
  expect_error("ending = \"done\"\n", "ending = \"attached\"\njoins = ¦\"worker\"\n", "the field \"worker\" is not of type case");
  expect_error("name  = \"on_site\"\n", "name  = \"on_site\"\njoins = ¦\"original\"\n",
               "only in an ending a case \"joins\" another: the other has the clocks");
  expect_error("ending = \"done\"\n", "ending = \"done\"\ntell = [¦\"atached\"]\n", "unknown recipient \"atached\"", "attached");
  expect_error("chapter = \"repairs\"\n\n[procedure.repair.field]", "chapter = \"repairs\"\nkeeps_out = ¦[\"note\"]\n\n[procedure.repair.field]",
               "the field \"note\" names no people");
  const std::string opens = "holder = \"worker\"\nopens = [{ procedure = \"repair\", each = { of = ";
  expect_error("holder = \"worker\"\n", opens + "¦\"note\", as = \"note\" } }]\n", "the field \"note\" is not of type list");
  expect_error("holder = \"worker\"\n", opens + "¦\"nte\", as = \"note\" } }]\n", "unknown field \"nte\"", "note");
}

TEST_CASE("a case that becomes another", "[manual]") {
  expect_error("to     = \"on_site\"", "to     = \"on_site\"\nbecomes = ¦\"repiar\"", "unknown procedure \"repiar\"", "repair");
  expect_error("to     = \"on_site\"", "to     = \"on_site\"\nbecomes = ¦\"repair\"", "a case that is open \"becomes\" one of another procedure");
}

TEST_CASE("conditions on what is not the case's own", "[manual]") {
  expect_error("quote = { at_most = 50000 }", "stage = ¦{ of = \"original\" }",
               "a test of another case needs one of \"is\", \"live\" and \"procedure\"");
  expect_error("quote = { at_most = 50000 }", "differs = ¦[\"worker\"]", "\"differs\" takes two fields, like [\"handler\", \"against\"]");
  expect_error("quote = { at_most = 50000 }", "differs = ¦[\"quote\", \"note\"]", "\"differs\" compares two fields of one type");
  expect_error("{ has = \"promised\" }", "¦{ has = \"promised\", children = { ended = true } }",
               "a limit looks at its own case alone, not at others");
}

TEST_CASE("conditions on other cases, and what is counted of them", "[manual]") {
  const auto cases = [](const std::string& inside, const std::string& message, const std::string& suggestion = {}) {
    expect_error("quote = { at_most = 50000 }", "cases = " + inside, message, suggestion);
  };
  cases("¦{ procedure = \"repair\" }", "\"cases\" needs \"at_least\" or \"at_most\"");
  cases("¦{ procedure = \"repair\", at_least = 0 }", "\"cases\" counts to at least 1, or to at most some number from 0 on");
  cases("¦{ procedure = \"repair\", at_least = 3, at_most = 2 }", "\"cases\" counts to at least 1, or to at most some number from 0 on");
  cases("{ procedure = ¦\"repiar\", at_least = 1 }", "unknown procedure \"repiar\"", "repair");
  cases("{ procedure = \"repair\", stage = ¦\"reportd\", at_least = 1 }", "unknown stage \"reportd\"", "reported");
  cases("{ procedure = \"repair\", same = ¦\"wroker\", at_least = 1 }", "unknown field \"wroker\"", "worker");
  expect_error("{ has = \"promised\" }", "¦{ has = \"promised\", cases = { procedure = \"repair\", at_least = 1 } }",
               "a limit looks at its own case alone, not at others");
  const auto counts = [](const std::string& inside, const std::string& message) {
    expect_error("holder = \"worker\"\n", "holder = \"worker\"\ncounts = [" + inside + "]\n", message);
  };
  counts("{ into = ¦\"note\", procedures = \"repair\" }", "\"note\" is no whole number to count into");
  counts("{ into = \"quote\", procedures = \"repair\", sum = ¦\"note\" }",
         "\"note\" cannot be summed into \"quote\": both must be whole numbers or both money, and neither personal");
}

TEST_CASE("who has a thing in custody", "[manual]") {
  const auto problems = problems_of(changed(kManual, "[procedure.repair]\n", "[procedure.repair]\ncustody = { tag = \"quote\" }\n"));
  REQUIRE(problems.size() == 4);
  CHECK(problems[0].message == "the field \"quote\" is no text that all may read");
  CHECK(problems[1].message == "in every stage of a thing in custody somebody has it: \"where\"");
  expect_error("name  = \"reported\"\n", "name  = \"reported\"\nwhere = ¦\"office\"\n", "\"where\" is said of things in \"custody\"");
}

TEST_CASE("all problems are told in one run", "[manual]") {
  std::string text = changed(kManual, "superior = \"boss\"", "superior = \"bos\"");
  text = changed(text, "to     = \"on_site\"", "to     = \"onsite\"");
  text = changed(text, "points     = 4", "points     = 4000");
  const auto problems = problems_of(text);
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].where.line < problems[1].where.line);
  CHECK(problems[1].where.line < problems[2].where.line);
  try {
    loaded(text);
    FAIL("was loaded");
  } catch (const Error& error) {
    CHECK(error.code() == Code::invalid_argument);
    CHECK(std::string(error.what()) == "unknown post \"bos\"; did you mean \"boss\"?");
    CHECK(error.where().line == problems[0].where.line);
    REQUIRE(error.details().size() == 3);
    CHECK(error.details()[0] == std::pair<std::string, std::string>("nearest", "boss"));
    CHECK(error.details()[1].second.find("garden.toml:") == 0);
  }
}

}  // namespace wuye::test
