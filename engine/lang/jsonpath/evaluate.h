// What a compiled path names in a value: one walk through the value, with a test of each filter on the way, which walks
// the paths within it.
#pragma once

#include <string>
#include <vector>

#include "engine/lang/jsonpath/compiled_path.h"
#include "engine/lang/jsonpath/json_path.h"

namespace gait::jsonpath {

enum class Status : uint8_t {
  kOk,
  kNotFound,  // names nothing; a wildcard or a filter above goes on with the next value
  kFailed,    // ends the evaluation
};

// What all walks of one evaluation share.
struct Evaluation {
  const Value& root;
  size_t visits_left = kJsonPathVisitsMax;
  JsonPathMiss miss;  // why, after kFailed, and after kNotFound where nothing above goes on

  // Accounts for `count` more values. False if that is too many; `miss` then says so.
  bool Visit(size_t count = 1);
  Status Fail(JsonPathMiss::Kind kind, std::string message);
};

class Walk {
 public:
  enum class Mode {
    kPath,    // the path of the evaluation
    kFilter,  // a path within a filter: what it does not find is no failure
    kExists,  // the same where existence is tested: of ['a','b'] all members have to be there
  };

  Walk(const CompiledPath& path, Evaluation& evaluation, Mode mode)
      : path_(path), evaluation_(evaluation), mode_(mode), tolerant_(mode == Mode::kPath ? 0 : 1) {}

  Status Run(const Value& start);

  // REQUIRES: Run gave kOk and the path is definite. Valid as long as the walk and the value walked through.
  const Value& found() const { return *found_; }
  // REQUIRES: Run gave kOk and the path is not definite.
  Value TakeResults() { return results_.Build(); }

 private:
  // How the walk came to a value that a step chose among several; the message of a miss spells it out. Between one
  // trail and the next lie definite steps only, which are read off the path.
  struct Trail {
    const Trail* outer;  // null at the start
    size_t branch;       // the step that chose
    const Value* key;    // the member chosen, or null for an item
    size_t index;        // of the item chosen
    const Value* value;  // what was chosen
    size_t next;         // the first step that applies to it
  };

  // Walks on with step `at` and those behind it.
  Status From(const Value* value, size_t at, const Trail& trail);
  Status FromItem(const Value& array, int64_t index, size_t at, const Trail& trail);
  Status Items(const Value& array, size_t at, const Trail& trail);
  Status Wildcard(const Value& value, size_t at, const Trail& trail);
  Status FilterItems(const Value& array, size_t at, const Trail& trail);
  Status Scan(const Value& value, size_t at, const Trail& trail);
  Status ScanStep(const Value& container, size_t at, const Trail& trail);
  // Calls walk(child, trail) for each item or member while it gives kOk; what they then walk is step `next`.
  template <typename F>
  Status EachChild(const Value& value, size_t branch, size_t next, const Trail& outer, F walk);

  void Take(const Value& value);
  Status TakeMembers(const Value& value, size_t at, const Trail& trail);

  // Why step `at` leads nowhere.
  Status NoMember(const Value& value, size_t at, const Trail& trail);
  Status NoItem(const Value& value, int64_t index, size_t at, const Trail& trail);
  template <typename Message>
  Status NotFound(Message message);
  std::string PathTo(size_t at, const Trail& trail) const;

  const CompiledPath& path_;
  Evaluation& evaluation_;
  const Mode mode_;
  int tolerant_;  // how many above go on where nothing is found

  const Value* found_ = nullptr;
  Value made_;  // where found_ is no part of the value walked through
  ArrayBuilder results_;
};

// Does `item` pass a filter? kOk if so, kNotFound if not.
Status Test(const std::vector<Criterion>& criteria, const Value& item, Evaluation& evaluation);

}  // namespace gait::jsonpath
