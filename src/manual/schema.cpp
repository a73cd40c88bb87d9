// The JSON Schema of a manual's layer, written from the table of the language: what check_layer refuses as unknown or of the
// wrong kind, an editor can show while the file is written.
#include "journal/json.hpp"
#include "manual/language.hpp"
#include "wuye/schema.hpp"

namespace wuye {
namespace {

using json::Object;
using language::Form;
using language::Further;
using language::Key;
using language::Part;
using language::Shape;

constexpr std::string_view kText = R"({"minLength":1,"type":"string"})";
constexpr std::string_view kDate = R"({"format":"date","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$","type":"string"})";
constexpr std::string_view kName = R"({"pattern":"^[A-Za-z0-9_.-]{1,64}$"})";
/// An instant or a date in a manual is a text to an editor.
constexpr std::string_view kScalar = R"({"type":["string","integer","boolean"]})";
constexpr std::string_view kSpans =
    R"({"items":{"items":{"pattern":"^[0-9]{1,2}:[0-9]{2}$","type":"string"},"maxItems":2,"minItems":2,"type":"array"},"type":"array"})";

std::string array_of(std::string_view items) {
  std::string out;
  Object(out).raw("items", items).text("type", "array").end();
  return out;
}

std::string either(std::string_view one, std::string_view other) {
  return "{\"anyOf\":[" + std::string(one) + ',' + std::string(other) + "]}";
}

std::string words(std::string_view choices) {
  std::string list = "[";
  language::for_each_word(choices, [&](std::string_view word) {
    if (list.size() > 1) list += ',';
    json::append_string(list, word);
  });
  std::string out;
  Object(out).raw("enum", list + ']').end();
  return out;
}

/// "#/$defs/an_action": parts are named by their nouns.
std::string part_name(Part part) {
  std::string name(language::shape(part).noun);
  for (char& c : name) {
    if (c == ' ') c = '_';
  }
  return name;
}
std::string reference(Part part) {
  std::string out;
  Object(out).text("$ref", "#/$defs/" + part_name(part)).end();
  return out;
}

std::string map_of(std::string_view values) {
  std::string out;
  Object(out).raw("additionalProperties", values).raw("propertyNames", kName).text("type", "object").end();
  return out;
}

std::string names() { return either(kText, array_of(kText)); }
std::string field_value() { return either(kScalar, array_of(kText)); }

std::string items_of(const Key& key) {
  if (key.of.empty()) return array_of(reference(key.part));
  std::string identity = "[";
  json::append_string(identity, key.of);
  std::string item;
  Object(item).raw("allOf", '[' + reference(key.part) + ']').raw("required", identity + ']').end();
  return array_of(item);
}

std::string hours(std::string_view keys) {
  std::string out;
  Object(out).raw("additionalProperties", kSpans).raw("propertyNames", keys).text("type", "object").end();
  return out;
}

std::string value_of(const Key& key) {
  switch (key.form) {
    case Form::text: return std::string(kText);
    case Form::names: return names();
    case Form::integer: return R"({"type":"integer"})";
    case Form::boolean: return R"({"type":"boolean"})";
    case Form::date: return std::string(kDate);
    case Form::dates: return array_of(kDate);
    case Form::years: return R"({"items":{"type":"integer"},"maxItems":2,"minItems":2,"type":"array"})";
    case Form::choice: return words(key.of);
    case Form::choices: return either(words(key.of), array_of(words(key.of)));
    case Form::table: return reference(key.part);
    case Form::map: return map_of(reference(key.part));
    case Form::map_of_maps: return map_of(map_of(reference(key.part)));
    case Form::list: return items_of(key);
    case Form::names_or_table: return either(names(), reference(key.part));
    case Form::choice_or_table: return either(words(key.of), reference(key.part));
    case Form::integer_or_table: return either(R"({"type":"integer"})", reference(key.part));
    case Form::value: return field_value();
    case Form::values: {
      std::string out;
      Object(out).raw("additionalProperties", field_value()).text("type", "object").end();
      return out;
    }
    case Form::hours: return hours(words(language::kWeekdayWords));
    case Form::dated_hours: return hours(kDate);
  }
  return "{}";
}

void append_shape(std::string& out, const Shape& shape) {
  std::string properties;
  std::string whole;
  Object listed(properties);
  for (const Key& key : shape.keys) {
    listed.raw(key.name, value_of(key));
    if (key.required) whole += (whole.empty() ? "" : ", ") + std::string(key.name);
  }
  listed.end();
  Object object(out);
  switch (shape.further) {
    case Further::none:
    case Further::years: object.flag("additionalProperties", false); break;
    case Further::fields:
      object.raw("additionalProperties", "{\"anyOf\":[" + std::string(kScalar) + ',' + array_of(kScalar) + ',' + reference(Part::range) + "]}");
      break;
  }
  object.text("description", std::string(shape.noun) + (whole.empty() ? "" : "; once all layers are one it needs " + whole));
  if (shape.further == Further::years) {
    std::string years;
    Object(years).raw("^[0-9]{4}$", reference(Part::almanac_year)).end();
    object.raw("patternProperties", years);
  }
  object.raw("properties", properties).text("type", "object").end();
}

}  // namespace

std::string manual_schema() {
  std::string parts;
  Object defs(parts);
  for (const Shape& shape : language::shapes()) {
    std::string one;
    append_shape(one, shape);
    defs.raw(part_name(shape.part), one);
  }
  defs.end();
  std::string out;
  Object(out)
      .raw("$defs", parts)
      .text("$ref", "#/$defs/" + part_name(Part::manual))
      .text("$schema", "https://json-schema.org/draft/2020-12/schema")
      .text("title", "A layer of a wuye manual")
      .end();
  return out;
}

}  // namespace wuye
