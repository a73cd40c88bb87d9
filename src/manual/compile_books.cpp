// Compiles record books.
#include "manual/compiling.hpp"

namespace wuye {
namespace {

constexpr std::int64_t kMaxRows = 1000;

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
  book.rows = in.number(node, "rows", 1, kMaxRows).value_or(1);
  in.manual.books.push_back(std::move(book));
}

}  // namespace

void compile_books(Compiling& in) {
  for (const Node::Member* member : Compiling::tables(in.root, "book")) compile_book(in, *member);
}

}  // namespace wuye
