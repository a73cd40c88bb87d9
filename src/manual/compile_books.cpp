// Compiles record books.
#include <charconv>

#include "manual/compiling.hpp"

namespace wuye {
namespace {

constexpr std::int64_t kMaxRows = 1000;

/// A page's rows as a switch says them, all of whose values must be whole numbers.
std::int64_t rows_by_switch(Compiling& in, const Node& name) {
  const model::Switch* found = in.find_switch(name);
  if (found == nullptr) return 1;
  std::int64_t rows = 1;
  for (const std::string& value : found->values) {
    std::int64_t read = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), read);
    const bool whole = error == std::errc() && end == value.data() + value.size();
    if (!whole || read < 1 || read > kMaxRows) {
      in.problems.error(name.place, "the switch " + shown(name.text) + " can stand at " + shown(value) +
                                        ", which is no number of rows between 1 and " + std::to_string(kMaxRows));
    } else if (value == found->value) {
      rows = read;
    }
  }
  return rows;
}

void compile_book(Compiling& in, const Node::Member& member) {
  const Node& node = member.value;
  model::Book book;
  book.name = member.key;
  book.title = Compiling::bilingual(node, "title");
  book.chapter = in.chapter(node);
  book.clauses = in.clauses(node, "book." + book.name);
  const Node* class_from = Compiling::text(node, "class_from");
  bool class_known = class_from == nullptr;
  for (const Node* name : Compiling::texts(node, "procedures")) {
    book.procedures.push_back(name->text);
    const model::Procedure* procedure = in.manual.procedure(name->text);
    if (procedure == nullptr) {
      in.problems.unknown(name->place, "procedure", name->text, Compiling::names_of(in.manual.procedures));
    } else if (class_from != nullptr) {
      const int field = procedure->field(class_from->text);
      class_known = class_known || field >= 0;
      if (field >= 0 && procedure->fields[static_cast<std::size_t>(field)].type != model::FieldType::enumeration) {
        in.problems.error(class_from->place, "the field \"" + class_from->text + "\" of \"" + name->text + "\" is no enum");
      }
    }
  }
  if (class_from != nullptr) {
    book.class_from = class_from->text;
    if (!class_known) in.problems.error(class_from->place, "none of the book's procedures has a field " + shown(class_from->text));
  }
  if (const Node* rows = node.find("rows")) {
    if (const Node* by = Compiling::text(*rows, "switch")) {
      book.rows = rows_by_switch(in, *by);
    } else if (rows->is(Node::Kind::integer)) {
      book.rows = rows->number;
      if (book.rows < 1 || book.rows > kMaxRows) {
        in.problems.error(rows->place, "a page has between 1 and " + std::to_string(kMaxRows) + " rows");
      }
    }
  }
  in.manual.books.push_back(std::move(book));
}

}  // namespace

void compile_books(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "book")) compile_book(in, *member);
}

}  // namespace wuye
