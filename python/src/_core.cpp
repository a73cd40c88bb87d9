// wuye._core: wuye.h as Python values. Texts and whole numbers in, texts and whole numbers out; no policy, no pandas, no clock.
// Everything a person sees (datetimes, outcomes, exceptions' names) is made in the package around it.
//
// Every call converts its arguments with the GIL held, gives the GIL away, calls, and takes it back before it converts the
// answer; a handle is kept alive by the call that uses it.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "arrow_table.hpp"
#include "wuye/wuye.h"

namespace py = pybind11;

namespace {

struct Release {
  void operator()(wuye_text* h) const noexcept { wuye_text_release(h); }
  void operator()(wuye_error* h) const noexcept { wuye_error_release(h); }
  void operator()(wuye_outcome* h) const noexcept { wuye_outcome_release(h); }
  void operator()(wuye_options* h) const noexcept { wuye_options_release(h); }
  void operator()(wuye_manual* h) const noexcept { wuye_manual_release(h); }
  void operator()(wuye_calendar* h) const noexcept { wuye_calendar_release(h); }
  void operator()(wuye_office* h) const noexcept { wuye_office_release(h); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

/// Throws the Python exception of a failed call. REQUIRES: the GIL.
[[noreturn]] void raise_error(wuye_status status, Owned<wuye_error> error) {
  py::list details;
  for (std::size_t i = 0; i < wuye_error_detail_count(error.get()); ++i) {
    details.append(py::make_tuple(wuye_error_detail_name(error.get(), i, nullptr), wuye_error_detail_value(error.get(), i, nullptr)));
  }
  std::size_t size = 0;
  const char* message = wuye_error_message(error.get(), &size);
  const py::object made = py::module_::import("wuye.errors")
                              .attr("_from_core")(status, py::str(message, size), wuye_error_file(error.get(), nullptr),
                                                  wuye_error_line(error.get()), wuye_error_column(error.get()), details);
  PyErr_SetObject(py::type::of(made).ptr(), made.ptr());
  throw py::error_already_set();
}

/// Calls `f(&err)` without the GIL and throws where it fails.
template <class F>
void call(F&& f) {
  wuye_error* raw = nullptr;
  wuye_status status = WUYE_STATUS_OK;
  {
    const py::gil_scoped_release unlocked;
    status = f(&raw);
  }
  Owned<wuye_error> error(raw);
  if (status != WUYE_STATUS_OK) raise_error(status, std::move(error));
}

/// The same for a call with one owned handle as output.
template <class T, class F>
Owned<T> make(F&& f) {
  T* raw = nullptr;
  call([&](wuye_error** err) { return f(&raw, err); });
  return Owned<T>(raw);
}

template <class F>
py::str text(F&& f) {
  const auto out = make<wuye_text>(std::forward<F>(f));
  std::size_t size = 0;
  const char* data = wuye_text_data(out.get(), &size);
  return py::str(data, size);
}

template <class F>
py::str outcome(F&& f) {
  const auto out = make<wuye_outcome>(std::forward<F>(f));
  std::size_t size = 0;
  const char* data = wuye_outcome_json(out.get(), &size);
  return py::str(data, size);
}

/// A progress callback of Python behind the one of C. It also listens for Ctrl-C, so that long calls can be stopped.
class Progress {
 public:
  explicit Progress(py::object callback) : callback_(std::move(callback)) {}
  wuye_progress function() const noexcept { return &Progress::trampoline; }
  /// Calls `f(&out, &err)`, and throws what the callback threw rather than the CANCELLED that follows from it. What the callback
  /// throws at the very end comes out too, although the work is done.
  template <class T, class F>
  Owned<T> run(F&& f) {
    T* raw = nullptr;
    try {
      call([&](wuye_error** err) { return f(&raw, err); });
    } catch (py::error_already_set&) {
      if (thrown_) throw std::move(*thrown_);
      throw;
    }
    Owned<T> out(raw);
    if (thrown_) throw std::move(*thrown_);
    return out;
  }

 private:
  static int32_t trampoline(void* user_data, int64_t done, int64_t all) {
    const py::gil_scoped_acquire locked;
    auto& self = *static_cast<Progress*>(user_data);
    if (self.thrown_) return 1;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (self.callback_.is_none()) return 0;
      return self.callback_(done, all).is(py::bool_(false)) ? 1 : 0;
    } catch (py::error_already_set& error) {
      self.thrown_.emplace(std::move(error));
    } catch (...) {
      return 1;
    }
    return 1;
  }

  py::object callback_;
  std::optional<py::error_already_set> thrown_;
};

/// A one-dimensional run of 64-bit integers (or of bytes, for answers yes and no) that somebody else owns.
template <class T>
class Array {
 public:
  Array(const py::buffer& owner, bool writable, const char* what) : info_(owner.request(writable)) {
    const bool ok = info_.ndim == 1 && info_.itemsize == static_cast<py::ssize_t>(sizeof(T)) &&
                    (info_.size < 2 || info_.strides[0] == info_.itemsize) && integer(info_.format);
    if (!ok) throw py::type_error(std::string(what) + ": needs a contiguous one-dimensional buffer of " + (sizeof(T) == 8 ? "int64" : "bytes"));
  }
  T* data() const noexcept { return static_cast<T*>(info_.ptr); }
  std::size_t size() const noexcept { return static_cast<std::size_t>(info_.size); }

 private:
  static bool integer(std::string_view format) {
    while (!format.empty() && (format.front() == '@' || format.front() == '=' || format.front() == '<')) format.remove_prefix(1);
    return sizeof(T) == 8 ? (format == "q" || format == "l") : (format == "B" || format == "b" || format == "?" || format == "c");
  }
  py::buffer_info info_;
};
using Ints = Array<std::int64_t>;

using Texts = std::vector<std::string>;

void same_size(std::size_t a, std::size_t b) {
  if (a != b) throw py::value_error("arrays differ in length: " + std::to_string(a) + " and " + std::to_string(b));
}

struct Pauses {
  std::vector<std::int64_t> from;
  std::vector<std::int64_t> until;
  explicit Pauses(const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs) {
    for (const auto& [a, b] : pairs) {
      from.push_back(a);
      until.push_back(b);
    }
  }
};

struct Calendar {
  std::shared_ptr<wuye_calendar> handle;

  explicit Calendar(Owned<wuye_calendar> owned) : handle(std::move(owned)) {}
  static Calendar create(std::string_view spec) {
    return Calendar(make<wuye_calendar>([&](auto** out, auto** err) { return wuye_calendar_create(spec.data(), spec.size(), out, err); }));
  }
  py::tuple add(std::int64_t at, std::int64_t amount, const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs) const {
    const Pauses pauses(pairs);
    std::int64_t due = 0;
    std::int64_t breach = 0;
    std::uint8_t provisional = 0;
    std::int64_t* const breach_out = amount < 0 ? nullptr : &breach;  // backward nothing can be late
    call([&](auto** err) {
      return wuye_calendar_add(handle.get(), at, amount, pauses.from.data(), pauses.until.data(), pauses.from.size(), &due, breach_out,
                               &provisional, err);
    });
    return py::make_tuple(due, breach, provisional != 0);
  }
  std::int64_t between(std::int64_t a, std::int64_t b, const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs) const {
    const Pauses pauses(pairs);
    std::int64_t out = 0;
    call([&](auto** err) {
      return wuye_calendar_between(handle.get(), a, b, pauses.from.data(), pauses.until.data(), pauses.from.size(), &out, err);
    });
    return out;
  }
  template <class F>
  void two(const py::buffer& a, const py::buffer& b, const py::buffer& out, F&& f) const {
    const Ints left(a, false, "first");
    const Ints right(b, false, "second");
    const Ints answer(out, true, "out");
    same_size(left.size(), right.size());
    same_size(left.size(), answer.size());
    call([&](auto** err) { return f(handle.get(), left.data(), right.data(), left.size(), answer.data(), err); });
  }
  void next_open_us(const py::buffer& at, const py::buffer& out) const {
    const Ints in(at, false, "at");
    const Ints answer(out, true, "out");
    same_size(in.size(), answer.size());
    call([&](auto** err) { return wuye_calendar_next_open_us(handle.get(), in.data(), in.size(), answer.data(), err); });
  }
  void is_open(const py::buffer& at, const py::buffer& out) const {
    const Ints in(at, false, "at");
    const Array<std::uint8_t> answer(out, true, "out");
    same_size(in.size(), answer.size());
    call([&](auto** err) { return wuye_calendar_is_open(handle.get(), in.data(), in.size(), answer.data(), err); });
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> periods(std::int64_t start, std::size_t count, bool backward) const {
    std::vector<std::int64_t> from(count);
    std::vector<std::int64_t> until(count);
    std::size_t found = 0;
    call([&](auto** err) {
      return wuye_calendar_periods(handle.get(), start, count, backward ? 1 : 0, from.data(), until.data(), &found, err);
    });
    std::vector<std::pair<std::int64_t, std::int64_t>> out;
    for (std::size_t i = 0; i < found; ++i) out.emplace_back(from[i], until[i]);
    return out;
  }
};

/// Named texts (the layers of a manual, the files of a scenario) as the C interface takes them.
struct Layers {
  std::vector<const char*> names;
  std::vector<std::size_t> names_len;
  std::vector<const char*> texts;
  std::vector<std::size_t> texts_len;
  Layers(const Texts& n, const Texts& t) {
    same_size(n.size(), t.size());
    for (const auto& s : n) {
      names.push_back(s.data());
      names_len.push_back(s.size());
    }
    for (const auto& s : t) {
      texts.push_back(s.data());
      texts_len.push_back(s.size());
    }
  }
};

struct Manual {
  std::shared_ptr<wuye_manual> handle;

  explicit Manual(Owned<wuye_manual> owned) : handle(std::move(owned)) {}
  static Manual standard() {
    return Manual(make<wuye_manual>([](auto** out, auto** err) { return wuye_manual_standard(out, err); }));
  }
  static Manual load(const Texts& names, const Texts& texts) {
    const Layers l(names, texts);
    return Manual(make<wuye_manual>([&](auto** out, auto** err) {
      return wuye_manual_load(l.names.data(), l.names_len.data(), l.texts.data(), l.texts_len.data(), l.names.size(), out, err);
    }));
  }
  static py::str check(const Texts& names, const Texts& texts) {
    const Layers l(names, texts);
    return text([&](auto** out, auto** err) {
      return wuye_manual_check(l.names.data(), l.names_len.data(), l.texts.data(), l.texts_len.data(), l.names.size(), out, err);
    });
  }
  static Manual from_canonical(std::string_view canonical) {
    return Manual(make<wuye_manual>(
        [&](auto** out, auto** err) { return wuye_manual_from_canonical(canonical.data(), canonical.size(), out, err); }));
  }
  template <class F>
  py::str borrowed(F&& f) const {
    std::size_t size = 0;
    const char* data = f(handle.get(), &size);
    return py::str(data, size);
  }
  void deadline_us(std::string_view procedure, std::string_view deadline, std::string_view fields, const py::buffer& from,
                   const py::buffer& due, const py::buffer& breach) const {
    const Ints in(from, false, "from");
    const Ints due_out(due, true, "due");
    const Ints breach_out(breach, true, "breach");
    same_size(in.size(), due_out.size());
    same_size(in.size(), breach_out.size());
    call([&](auto** err) {
      return wuye_manual_deadline_us(handle.get(), procedure.data(), procedure.size(), deadline.data(), deadline.size(), fields.data(),
                                     fields.size(), in.data(), in.size(), due_out.data(), breach_out.data(), err);
    });
  }
  std::pair<std::int64_t, std::int64_t> period_us(std::string_view period) const {
    std::pair<std::int64_t, std::int64_t> out;
    call([&](auto** err) {
      return wuye_manual_period_us(handle.get(), period.data(), period.size(), &out.first, &out.second, err);
    });
    return out;
  }
  std::int64_t callbacks_due(std::string_view quota, std::string_view classes, std::string_view channel, const std::vector<std::int64_t>& counts) const {
    std::int64_t due = 0;
    call([&](auto** err) {
      return wuye_manual_callbacks_due(handle.get(), quota.data(), quota.size(), classes.data(), classes.size(), channel.data(), channel.size(),
                                       counts.data(), 1, &due, err);
    });
    return due;
  }
  std::string charge(std::string_view question) const {
    return text([&](auto** out, auto** err) { return wuye_manual_charge(handle.get(), question.data(), question.size(), out, err); });
  }
  void charges(std::string_view fee, std::string_view place, std::int32_t from, std::int32_t until, const py::buffer& quantities,
               const py::buffer& fen) const {
    const Ints in(quantities, false, "quantities");
    const Ints out(fen, true, "fen");
    same_size(in.size(), out.size());
    call([&](auto** err) {
      return wuye_manual_charges(handle.get(), fee.data(), fee.size(), place.data(), place.size(), from, until, in.data(), in.size(), out.data(),
                                 err);
    });
  }
  std::int64_t late_fee(std::string_view fee, std::int32_t due, const std::vector<std::int32_t>& from, const std::vector<std::int64_t>& owed,
                        std::int32_t as_of) const {
    same_size(from.size(), owed.size());
    std::int64_t fen = 0;
    call([&](auto** err) {
      return wuye_manual_late_fee(handle.get(), fee.data(), fee.size(), due, from.data(), owed.data(), owed.size(), as_of, &fen, err);
    });
    return fen;
  }
  std::vector<std::int64_t> late_fees(std::string_view fee, const std::vector<std::int64_t>& owed, const std::vector<std::int32_t>& due,
                                      std::int32_t as_of) const {
    same_size(owed.size(), due.size());
    std::vector<std::int64_t> fen(owed.size());
    call([&](auto** err) {
      return wuye_manual_late_fees(handle.get(), fee.data(), fee.size(), owed.data(), due.data(), owed.size(), as_of, fen.data(), err);
    });
    return fen;
  }
  void points(std::string_view metric, std::string_view step, const py::buffer& done, const py::buffer& due,
              const py::buffer& points_out) const {
    const Ints done_in(done, false, "done");
    const Ints due_in(due, false, "due");
    const Ints out(points_out, true, "points");
    same_size(done_in.size(), due_in.size());
    same_size(done_in.size(), out.size());
    call([&](auto** err) {
      return wuye_manual_points(handle.get(), metric.data(), metric.size(), step.data(), step.size(), done_in.data(), due_in.data(),
                                done_in.size(), out.data(), err);
    });
  }
};

using OptionValue = std::variant<bool, std::int64_t, std::string>;
using OptionValues = std::vector<std::pair<std::string, OptionValue>>;

Owned<wuye_options> options_of(const OptionValues& values) {
  auto options = make<wuye_options>([](auto** out, auto** err) { return wuye_options_create(out, err); });
  for (const auto& [key, value] : values) {
    call([&, &k = key, &v = value](auto** err) {
      if (const auto* flag = std::get_if<bool>(&v)) return wuye_options_set_bool(options.get(), k.data(), k.size(), *flag ? 1 : 0, err);
      if (const auto* number = std::get_if<std::int64_t>(&v)) return wuye_options_set_int64(options.get(), k.data(), k.size(), *number, err);
      const auto& t = std::get<std::string>(v);
      return wuye_options_set_text(options.get(), k.data(), k.size(), t.data(), t.size(), err);
    });
  }
  return options;
}

struct Office {
  std::shared_ptr<wuye_office> handle;

  explicit Office(Owned<wuye_office> owned) : handle(std::move(owned)) {}
  static Office open(std::string_view path, const Manual* manual, const OptionValues& values) {
    const auto options = options_of(values);
    const auto rules = manual ? manual->handle : nullptr;
    return Office(make<wuye_office>(
        [&](auto** out, auto** err) { return wuye_office_open(path.data(), path.size(), rules.get(), options.get(), out, err); }));
  }
  static Office memory(const Manual* manual, const OptionValues& values) {
    const auto options = options_of(values);
    const auto rules = manual ? manual->handle : nullptr;
    return Office(make<wuye_office>([&](auto** out, auto** err) { return wuye_office_memory(rules.get(), options.get(), out, err); }));
  }
  wuye_office* get() const noexcept { return handle.get(); }
};

py::bytes digest(const Office& office, wuye_status (*f)(wuye_office*, std::uint8_t*, wuye_error**)) {
  std::uint8_t out[32] = {};
  call([&](auto** err) { return f(office.get(), out, err); });
  return py::bytes(reinterpret_cast<const char*>(out), sizeof out);
}

}  // namespace

PYBIND11_MODULE(_core, m) {
  m.doc() = "wuye.h as Python values; use the package wuye instead.";
  m.attr("NEVER_US") = py::int_(wuye_never_us());
  m.def("abi", &wuye_abi);
  m.def("version", [] { return py::str(wuye_version_string()); });
  m.def("status_name", [](std::int32_t status) { return py::str(wuye_status_name(status)); });
  m.def("feature", [](std::string_view name) { return wuye_feature(name.data(), name.size()) != 0; });
  m.def("about", [] { return text([](auto** out, auto** err) { return wuye_about(out, err); }); });
  m.def("manual_schema", [] { return text([](auto** out, auto** err) { return wuye_manual_schema(out, err); }); });
  m.def("share", [](std::int64_t total, const std::vector<std::int64_t>& weights) {
    std::vector<std::int64_t> fen(weights.size());
    call([&](auto** err) { return wuye_share(total, weights.data(), weights.size(), fen.data(), err); });
    return fen;
  });
  m.def("option_keys", [] { return text([](auto** out, auto** err) { return wuye_options_keys(out, err); }); });
  m.def("scenario_run", [](std::string_view name, std::string_view source, const Texts& file_names, const Texts& file_texts,
                           std::size_t only_step, bool update) {
    const Layers files(file_names, file_texts);
    return text([&](auto** out, auto** err) {
      return wuye_scenario_run(name.data(), name.size(), source.data(), source.size(), files.names.data(), files.names_len.data(),
                               files.texts.data(), files.texts_len.data(), files.names.size(), only_step, update ? 1 : 0, out, err);
    });
  });

  using wuye_python::Table;
  py::class_<Table>(m, "Table")
      .def("schema_capsule", &Table::schema_capsule)
      .def("stream_capsule", &Table::stream_capsule)
      .def("columns", &Table::columns)
      .def("column", &Table::column)
      .def("__len__", &Table::rows);

  py::class_<Calendar>(m, "Calendar")
      .def(py::init(&Calendar::create))
      .def("add", &Calendar::add)
      .def("between", &Calendar::between)
      .def("add_us", [](const Calendar& c, const py::buffer& at, const py::buffer& amount, const py::buffer& out) {
        c.two(at, amount, out, &wuye_calendar_add_us);
      })
      .def("between_us", [](const Calendar& c, const py::buffer& a, const py::buffer& b, const py::buffer& out) {
        c.two(a, b, out, &wuye_calendar_between_us);
      })
      .def("add_days_us", [](const Calendar& c, const py::buffer& at, const py::buffer& days, const py::buffer& out) {
        c.two(at, days, out, &wuye_calendar_add_days_us);
      })
      .def("next_open_us", &Calendar::next_open_us)
      .def("is_open", &Calendar::is_open)
      .def("periods", &Calendar::periods);

  py::class_<Manual>(m, "Manual")
      .def_static("standard", &Manual::standard)
      .def_static("load", &Manual::load)
      .def_static("check", &Manual::check)
      .def_static("from_canonical", &Manual::from_canonical)
      .def_property_readonly("name", [](const Manual& self) { return self.borrowed(&wuye_manual_name); })
      .def_property_readonly("canonical", [](const Manual& self) { return self.borrowed(&wuye_manual_canonical); })
      .def_property_readonly("hash", [](const Manual& self) { return self.borrowed(&wuye_manual_hash); })
      .def_property_readonly("zone", [](const Manual& self) { return self.borrowed(&wuye_manual_zone); })
      .def("clauses", [](const Manual& self) {
        return text([&](auto** out, auto** err) { return wuye_manual_clauses(self.handle.get(), out, err); });
      })
      .def("describe", [](const Manual& self, std::string_view lang) {
        return text([&](auto** out, auto** err) { return wuye_manual_describe(self.handle.get(), lang.data(), lang.size(), out, err); });
      })
      .def("deadline", [](const Manual& self, std::string_view question) {
        return text([&](auto** out, auto** err) {
          return wuye_manual_deadline(self.handle.get(), question.data(), question.size(), out, err);
        });
      })
      .def("deadline_us", &Manual::deadline_us)
      .def("period_us", &Manual::period_us)
      .def("callbacks_due", &Manual::callbacks_due)
      .def("points", &Manual::points)
      .def("charge", &Manual::charge)
      .def("charges", &Manual::charges)
      .def("late_fee", &Manual::late_fee)
      .def("late_fees", &Manual::late_fees)
      .def("calendar", [](const Manual& self, std::string_view name) {
        return Calendar(make<wuye_calendar>([&](auto** out, auto** err) {
          return wuye_calendar_of_manual(self.handle.get(), name.data(), name.size(), out, err);
        }));
      });

  py::class_<Office>(m, "Office")
      .def_static("open", &Office::open)
      .def_static("memory", &Office::memory)
      .def("close", [](const Office& o) { call([&](auto** err) { return wuye_office_close(o.get(), err); }); })
      .def("record", [](const Office& o, std::string_view entry) {
        return outcome([&](auto** out, auto** err) { return wuye_office_record(o.get(), entry.data(), entry.size(), out, err); });
      })
      .def("dry_run", [](const Office& o, std::string_view entry) {
        return outcome([&](auto** out, auto** err) { return wuye_office_dry_run(o.get(), entry.data(), entry.size(), out, err); });
      })
      .def("record_lines", [](const Office& o, std::string_view lines, std::int32_t mode, py::object callback) {
        Progress progress(std::move(callback));
        const auto out = progress.run<wuye_outcome>([&](auto** made, auto** err) {
          return wuye_office_record_lines(o.get(), lines.data(), lines.size(), mode, progress.function(), &progress, made, err);
        });
        std::size_t size = 0;
        const char* data = wuye_outcome_json(out.get(), &size);
        return py::make_tuple(wuye_outcome_count(out.get()), py::str(data, size));
      })
      .def("propose", [](const Office& o, std::string_view entry) {
        return outcome([&](auto** out, auto** err) { return wuye_office_propose(o.get(), entry.data(), entry.size(), out, err); });
      })
      .def("proposed", [](const Office& o) {
        return text([&](auto** out, auto** err) { return wuye_office_proposed(o.get(), out, err); });
      })
      .def("commit", [](const Office& o) { call([&](auto** err) { return wuye_office_commit(o.get(), err); }); })
      .def("discard", [](const Office& o) { call([&](auto** err) { return wuye_office_discard(o.get(), err); }); })
      .def("advance", [](const Office& o, std::int64_t now) {
        return text([&](auto** out, auto** err) { return wuye_office_advance(o.get(), now, out, err); });
      })
      .def("adopt", [](const Office& o, const Manual& manual, std::int64_t at, std::string_view by) {
        call([&](auto** err) { return wuye_office_adopt(o.get(), manual.handle.get(), at, by.data(), by.size(), err); });
      })
      .def("next_due", [](const Office& o) -> std::optional<std::int64_t> {
        std::int64_t due = 0;
        std::uint8_t has = 0;
        call([&](auto** err) { return wuye_office_next_due(o.get(), &due, &has, err); });
        if (has == 0) return std::nullopt;
        return due;
      })
      .def("notices", [](const Office& o, std::int64_t after, std::int64_t limit) {
        return text([&](auto** out, auto** err) { return wuye_office_notices(o.get(), after, limit, out, err); });
      })
      .def("options", [](const Office& o, std::string_view case_id, std::string_view by, std::int64_t at) {
        return text([&](auto** out, auto** err) {
          return wuye_office_options(o.get(), case_id.data(), case_id.size(), by.data(), by.size(), at, out, err);
        });
      })
      .def("explain", [](const Office& o, std::string_view id) {
        return text([&](auto** out, auto** err) { return wuye_office_explain(o.get(), id.data(), id.size(), out, err); });
      })
      .def("score", [](const Office& o, std::string_view period, std::string_view who) {
        return text([&](auto** out, auto** err) {
          return wuye_office_score(o.get(), period.data(), period.size(), who.data(), who.size(), out, err);
        });
      })
      .def("scores", [](const Office& o, std::string_view period, std::string_view by) {
        ArrowArrayStream stream{};
        call([&](auto** err) { return wuye_office_scores(o.get(), period.data(), period.size(), by.data(), by.size(), &stream, err); });
        return std::make_unique<Table>(stream);
      })
      .def("scorecards", [](const Office& o, std::string_view period, std::string_view who) {
        return text([&](auto** out, auto** err) {
          return wuye_office_scorecards(o.get(), period.data(), period.size(), who.data(), who.size(), out, err);
        });
      })
      .def("table", [](const Office& o, std::string_view name) {
        ArrowArrayStream stream{};
        call([&](auto** err) { return wuye_office_table(o.get(), name.data(), name.size(), &stream, err); });
        return std::make_unique<Table>(stream);
      })
      .def("tables", [](const Office& o) {
        return text([&](auto** out, auto** err) { return wuye_office_tables(o.get(), out, err); });
      })
      .def("as_of", [](const Office& o, std::int64_t at, std::int32_t known) {
        return Office(make<wuye_office>([&](auto** out, auto** err) { return wuye_office_as_of(o.get(), at, known, out, err); }));
      })
      .def("what_if", [](const Office& o, const Manual& manual) {
        return Office(make<wuye_office>([&](auto** out, auto** err) { return wuye_office_what_if(o.get(), manual.handle.get(), out, err); }));
      })
      .def("compare", [](const Office& o, const Office& other, std::string_view period) {
        ArrowArrayStream stream{};
        call([&](auto** err) { return wuye_office_compare(o.get(), other.get(), period.data(), period.size(), &stream, err); });
        return std::make_unique<Table>(stream);
      })
      .def("manual", [](const Office& o) {
        return Manual(make<wuye_manual>([&](auto** out, auto** err) { return wuye_office_manual(o.get(), out, err); }));
      })
      .def("last_seq", [](const Office& o) {
        std::int64_t seq = 0;
        call([&](auto** err) { return wuye_office_last_seq(o.get(), &seq, err); });
        return seq;
      })
      .def("clock", [](const Office& o) -> std::optional<std::int64_t> {
        std::int64_t clock = 0;
        std::uint8_t has = 0;
        call([&](auto** err) { return wuye_office_clock(o.get(), &clock, &has, err); });
        if (has == 0) return std::nullopt;
        return clock;
      })
      .def("lines", [](const Office& o, std::int64_t after, std::int64_t limit) {
        return text([&](auto** out, auto** err) { return wuye_office_lines(o.get(), after, limit, out, err); });
      })
      .def("load", [](const Office& o, std::string_view lines) {
        call([&](auto** err) { return wuye_office_load(o.get(), lines.data(), lines.size(), err); });
      })
      .def("verify", [](const Office& o, py::object callback) {
        Progress progress(std::move(callback));
        const auto out = progress.run<wuye_text>(
            [&](auto** made, auto** err) { return wuye_office_verify(o.get(), progress.function(), &progress, made, err); });
        std::size_t size = 0;
        const char* data = wuye_text_data(out.get(), &size);
        return py::str(data, size);
      })
      .def("backup", [](const Office& o, std::string_view path, py::object callback) {
        Progress progress(std::move(callback));
        progress.run<wuye_text>([&](auto**, auto** err) {
          return wuye_office_backup(o.get(), path.data(), path.size(), progress.function(), &progress, err);
        });
      })
      .def("digest", [](const Office& o) { return digest(o, &wuye_office_digest); })
      .def("state_digest", [](const Office& o) { return digest(o, &wuye_office_state_digest); });
}
