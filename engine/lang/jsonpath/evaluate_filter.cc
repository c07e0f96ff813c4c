// Whether a value passes a filter.
#include "engine/lang/java_text.h"
#include "engine/lang/jsonpath/compare.h"
#include "engine/lang/jsonpath/evaluate.h"
#include "engine/lang/jsonpath/regex.h"

namespace gait::jsonpath {

namespace {

Status Passes(bool passes) { return passes ? Status::kOk : Status::kNotFound; }

// One side of a comparison: what it is written as, or what its path finds.
class Side {
 public:
  Side(const Operand& operand, Evaluation& evaluation)
      : operand_(operand), evaluation_(evaluation), walk_(operand.path, evaluation, Walk::Mode::kFilter) {}

  Status Find(const Value& item) {
    if (operand_.kind != Operand::Kind::kPath) return Status::kOk;
    return walk_.Run(operand_.from_root ? evaluation_.root : item);
  }
  // REQUIRES: Find gave kOk.
  const Value& value() const { return operand_.kind == Operand::Kind::kPath ? walk_.found() : operand_.value; }
  const Regex* pattern() const { return operand_.pattern.get(); }

 private:
  const Operand& operand_;
  Evaluation& evaluation_;
  Walk walk_;
};

// `=~`, with the pattern on either side.
Status MatchSides(const Side& left, const Side& right, Evaluation& evaluation) {
  const Side& side = left.pattern() != nullptr ? right : left;
  const Regex* regex = left.pattern() != nullptr ? left.pattern() : right.pattern();
  if (regex == nullptr) {
    if (left.value().is_null() && right.value().is_null()) return Status::kNotFound;
    return evaluation.Fail(JsonPathMiss::Kind::kInvalid, "Neither side of =~ is a regular expression: /.../");
  }
  if (side.pattern() == nullptr && side.value().is_null()) return Status::kNotFound;

  // What is no string is matched as Java writes it. Matching costs as much as walking through a value of that size.
  std::string made;
  std::string_view text;
  if (side.pattern() != nullptr) {
    text = side.pattern()->pattern();
  } else if (side.value().is_string()) {
    text = side.value().as_string();
  } else {
    made = JavaText(side.value());
    text = made;
  }
  constexpr size_t kBytesAVisit = 64;
  if (!evaluation.Visit(text.size() / kBytesAVisit)) return Status::kFailed;
  return Passes(regex->MatchesWhole(text));
}

bool Holds(Operator op, Order expected) {
  switch (op) {
    case Operator::kEqual: return expected == Order::kEqual;
    case Operator::kNotEqual: return expected == Order::kLess || expected == Order::kGreater;
    case Operator::kLess: return expected == Order::kGreater;
    case Operator::kLessOrEqual: return expected == Order::kGreater || expected == Order::kEqual;
    case Operator::kGreater: return expected == Order::kLess;
    case Operator::kGreaterOrEqual: return expected == Order::kLess || expected == Order::kEqual;
    default: return false;
  }
}

Status CompareSides(Operator op, const Side& left, const Side& right, Evaluation& evaluation) {
  const Value& actual = left.value();
  const Value& expected = right.value();
  const bool by_size = op != Operator::kEqual && op != Operator::kNotEqual;
  if (by_size && expected.is_null() != actual.is_null()) return Status::kNotFound;
  const Order order = Compare(expected, actual);
  if (order == Order::kNotANumber) {
    return evaluation.Fail(JsonPathMiss::Kind::kInvalid,
                           "Cannot compare the number " + JavaText(actual) + " with '" + JavaText(expected) + "'");
  }
  return Passes(Holds(op, order));
}

// Of what exists, only null does not count. A path from the root is taken from the item here, as in every other test
// of existence.
Status TestExistence(const Criterion& criterion, const Value& item, Evaluation& evaluation) {
  Walk walk(criterion.left.path, evaluation, Walk::Mode::kExists);
  const Status status = walk.Run(item);
  if (status == Status::kFailed) return status;
  const bool exists = status == Status::kOk && !walk.found().is_null();
  return Passes(exists == (criterion.op == Operator::kExists));
}

Status TestOne(const Criterion& criterion, const Value& item, Evaluation& evaluation) {
  if (criterion.op == Operator::kExists || criterion.op == Operator::kMissing) {
    return TestExistence(criterion, item, evaluation);
  }
  Side left(criterion.left, evaluation);
  Side right(criterion.right, evaluation);
  Status status = left.Find(item);
  if (status == Status::kOk) status = right.Find(item);
  if (status != Status::kOk) return status;  // a side that is not there: no comparison holds, not even `!=`
  if (criterion.op == Operator::kMatches) return MatchSides(left, right, evaluation);
  return CompareSides(criterion.op, left, right, evaluation);
}

}  // namespace

// A filter is an `||` of runs of criteria joined by `&&`, and is tested from its end: a criterion that fails the path
// does so only if those behind it left the outcome open.
Status Test(const std::vector<Criterion>& criteria, const Value& item, Evaluation& evaluation) {
  if (criteria.empty()) return evaluation.Fail(JsonPathMiss::Kind::kInvalid, "The filter [?] has no condition");
  bool run_holds = true;
  for (size_t i = criteria.size(); i-- > 0;) {
    if (run_holds) {
      const Status status = TestOne(criteria[i], item, evaluation);
      if (status == Status::kFailed) return status;
      run_holds = status == Status::kOk;
    }
    const bool run_begins = i == 0 || criteria[i].after_or;
    if (run_begins) {
      if (run_holds) return Status::kOk;
      run_holds = true;
    }
  }
  return Status::kNotFound;
}

}  // namespace gait::jsonpath
