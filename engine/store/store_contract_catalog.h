// What every store must do: of state machines, their versions, aliases and tags, and of activities.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/store/store_contract_records.h"

namespace gait::store_contract {

inline void TestStateMachines(Store& store) {
  SUBCASE("a state machine is found by its name and its id, with its first revision") {
    const auto made = store.CreateStateMachine(Machine("orders"), Definition("{}"));
    REQUIRE(made.has_value());
    CHECK(made->id > 0);
    CheckSame(store.FindStateMachine("orders"), *made);
    CheckSame(store.GetStateMachine(made->id), *made);
    const auto definition = store.GetDefinition(made->definition_id);
    REQUIRE(definition != nullptr);
    CHECK(definition->id == made->definition_id);
    CHECK(definition->state_machine_id == made->id);
    CHECK(definition->revision_id == "revision of {}");
    CHECK(definition->text == "{}");
    CHECK(definition->role_arn == "arn:aws:iam::123456789012:role/r");
    CHECK(definition->created_at == kNow);
    CHECK(definition->settings == R"({"logging":1})");
    CHECK_FALSE(store.FindStateMachine("order").has_value());
    CHECK_FALSE(store.GetStateMachine(made->id + 1).has_value());
    CHECK(store.GetDefinition(made->definition_id + 1) == nullptr);
  }
  SUBCASE("a name is given once; upper and lower case differ") {
    CHECK(store.CreateStateMachine(Machine("a"), Definition("1")).has_value());
    CHECK_FALSE(store.CreateStateMachine(Machine("a"), Definition("2")).has_value());
    CHECK(store.CreateStateMachine(Machine("A"), Definition("3")).has_value());
    CHECK(store.ListStateMachines("", 10).size() == 2);
  }
  SUBCASE("texts keep every byte") {
    const std::string text("{\"a\": \"\xc3\xa9\xf0\x9f\x98\x80\0\n\"}", 17);
    StateMachineRecord machine = Machine("bytes");
    machine.settings = "";
    const auto made = store.CreateStateMachine(machine, Definition(text));
    REQUIRE(made.has_value());
    CHECK(store.GetDefinition(made->definition_id)->text == text);
    CHECK(store.GetStateMachine(made->id)->settings.empty());
  }
  SUBCASE("an update takes over role, settings and deleting; a new revision leaves the old one readable") {
    StateMachineRecord machine = *store.CreateStateMachine(Machine("m"), Definition("old"));
    const int64_t old = machine.definition_id;
    machine.role_arn = "another";
    machine.settings = "{}";
    machine.deleting = true;
    const auto updated = store.UpdateStateMachine(machine, std::nullopt);
    CheckSame(updated, machine);
    const auto revised = store.UpdateStateMachine(machine, Definition("new"));
    REQUIRE(revised.has_value());
    CHECK(revised->definition_id != old);
    CheckSame(store.FindStateMachine("m"), *revised);
    CHECK(store.GetDefinition(revised->definition_id)->text == "new");
    CHECK(store.GetDefinition(revised->definition_id)->state_machine_id == machine.id);
    CHECK(store.GetDefinition(old)->text == "old");
  }
  SUBCASE("a deleted one frees its name and keeps what belonged to it") {
    StateMachineRecord machine = *store.CreateStateMachine(Machine("m"), Definition("1"));
    Start(store, {Execution(1, "e", machine.id)});
    store.DeleteStateMachine(machine.id);
    store.DeleteStateMachine(machine.id);
    store.DeleteStateMachine(4711);
    CHECK_FALSE(store.FindStateMachine("m").has_value());
    CHECK(store.ListStateMachines("", 10).empty());
    CHECK_FALSE(store.UpdateStateMachine(machine, Definition("2")).has_value());
    machine.deleted = true;
    CheckSame(store.GetStateMachine(machine.id), machine);
    CHECK(store.GetDefinition(machine.definition_id)->text == "1");
    CHECK(store.GetExecution(1).has_value());
    const auto next = store.CreateStateMachine(Machine("m"), Definition("3"));
    REQUIRE(next.has_value());
    CHECK(next->id != machine.id);
    CheckSame(store.FindStateMachine("m"), *next);
    CHECK_FALSE(store.FindExecution(next->id, "e").has_value());
  }
  SUBCASE("a list is in the order of names, and goes on behind one") {
    for (const char* name : {"m_1", "m_10", "m_2", "n", "M", "m_3", "m_0"}) {
      const auto machine = store.CreateStateMachine(Machine(name), Definition("{}"));
      if (machine->name == "m_3") store.DeleteStateMachine(machine->id);
    }
    std::vector<std::string> listed;
    for (std::string after;;) {
      const auto page = store.ListStateMachines(after, 2);
      if (page.empty()) break;
      CHECK(page.size() <= 2);
      for (const StateMachineRecord& machine : page) listed.push_back(after = machine.name);
    }
    CHECK(listed == std::vector<std::string>{"M", "m_0", "m_1", "m_10", "m_2", "n"});
    CHECK(store.ListStateMachines("", 0).empty());
  }
}

inline void TestVersions(Store& store) {
  const int64_t machine = store.CreateStateMachine(Machine("m"), Definition("{}"))->id;
  const int64_t other = store.CreateStateMachine(Machine("o"), Definition("{}"))->id;
  SUBCASE("versions are numbered, and no number is given twice") {
    const VersionRecord first = store.PublishVersion({machine, 0, 7, "the first", kNow});
    CHECK(first.number == 1);
    CHECK(store.PublishVersion({machine, 0, 8, "", kNow}).number == 2);
    CHECK(store.PublishVersion({other, 0, 9, "", kNow}).number == 1);
    const auto found = store.FindVersion(machine, 1);
    REQUIRE(found.has_value());
    CHECK(found->definition_id == 7);
    CHECK(found->description == "the first");
    CHECK(found->created_at == kNow);
    store.DeleteVersion(machine, 2);
    CHECK_FALSE(store.FindVersion(machine, 2).has_value());
    CHECK(store.PublishVersion({machine, 0, 8, "", kNow}).number == 3);
    CHECK(store.ListVersions(machine, 0, 10).size() == 2);
    CHECK(store.ListVersions(machine, 0, 1).at(0).number == 3);
    CHECK(store.ListVersions(machine, 3, 10).at(0).number == 1);
    CHECK(store.ListVersions(machine, 1, 10).empty());
    store.DeleteStateMachine(machine);
    CHECK(store.ListVersions(machine, 0, 10).empty());
    CHECK(store.ListVersions(other, 0, 10).size() == 1);
  }
  SUBCASE("an alias is found by its name, and by the versions that it leads to") {
    const auto made = store.CreateAlias({0, machine, "live", "what is live", 1, 70, 2, kNow, kNow});
    REQUIRE(made.has_value());
    CHECK_FALSE(store.CreateAlias({0, machine, "live", "", 1, 100, 0, kNow, kNow}).has_value());
    CHECK(store.CreateAlias({0, other, "live", "", 1, 100, 0, kNow, kNow})->id > made->id);
    store.CreateAlias({0, machine, "next", "", 3, 100, 0, kNow, kNow});
    auto found = store.FindAlias(machine, "live");
    REQUIRE(found.has_value());
    CHECK(found->id == made->id);
    CHECK(found->description == "what is live");
    CHECK(found->version == 1);
    CHECK(found->weight == 70);
    CHECK(found->second_version == 2);
    CHECK(found->created_at == kNow);
    CHECK_FALSE(store.FindAlias(machine, "Live").has_value());
    CHECK(store.ListAliases(machine, 0, 0, 10).size() == 2);
    CHECK(store.ListAliases(machine, 0, 0, 1).at(0).name == "live");
    CHECK(store.ListAliases(machine, 0, made->id, 10).at(0).name == "next");
    CHECK(store.ListAliases(machine, 2, 0, 10).at(0).name == "live");
    CHECK(store.ListAliases(machine, 4, 0, 10).empty());
    found->version = 3;
    found->weight = 100;
    found->second_version = 0;
    found->description = "changed";
    found->updated_at = kNow + Duration::Seconds(1);
    store.UpdateAlias(*found);
    CHECK(store.ListAliases(machine, 3, 0, 10).size() == 2);
    CHECK(store.FindAlias(machine, "live")->description == "changed");
    CHECK(store.FindAlias(machine, "live")->updated_at == found->updated_at);
    CHECK(store.FindAlias(machine, "live")->created_at == kNow);
    store.DeleteAlias(made->id);
    CHECK_FALSE(store.FindAlias(machine, "live").has_value());
    store.DeleteStateMachine(machine);
    CHECK(store.ListAliases(machine, 0, 0, 10).empty());
    CHECK(store.ListAliases(other, 0, 0, 10).size() == 1);
  }
  SUBCASE("executions are listed by the version and the alias that they were started with") {
    ExecutionRecord by_alias = Execution(1, "a", machine), by_version = Execution(2, "v", machine);
    by_alias.version = by_version.version = 5;
    by_alias.alias = "live";
    Start(store, {by_alias, by_version, Execution(3, "n", machine), Execution(4, "o", other)});
    CheckSame(store.GetExecution(1), by_alias);
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = machine, .version = 5})) == Ids{2, 1});
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = machine, .before_id = 2, .version = 5})) == Ids{1});
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = machine, .alias = "live"})) == Ids{1});
    CHECK(store.ListExecutions({.state_machine_id = other, .version = 5}).empty());
    CHECK(
        store.ListExecutions({.state_machine_id = machine, .status = ExecutionStatus::kFailed, .version = 5}).empty());
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = machine})) == Ids{3, 2, 1});
  }
  SUBCASE("tags") {
    store.SetStateMachineTags(machine, R"([{"key":"k","value":"v"}])");
    CHECK(store.FindStateMachine("m")->tags == R"([{"key":"k","value":"v"}])");
    CHECK(store.FindStateMachine("o")->tags == "[]");
  }
}

inline void TestActivities(Store& store) {
  ActivityRecord given;
  given.name = "a";
  given.settings = R"({"tags":[]})";
  given.created_at = {1234};
  const auto created = store.CreateActivity(given);
  REQUIRE(created.has_value());
  CHECK_FALSE(store.CreateActivity(given).has_value());
  const auto found = store.FindActivity("a");
  REQUIRE(found.has_value());
  CHECK(found->id == created->id);
  CHECK(found->name == "a");
  CHECK(found->settings == given.settings);
  CHECK(found->created_at == given.created_at);
  CHECK_FALSE(store.FindActivity("b").has_value());
  CHECK(found->tags == "[]");
  store.SetActivityTags(found->id, "[1]");
  CHECK(store.FindActivity("a")->tags == "[1]");

  given.name = "b";
  const int64_t second = store.CreateActivity(given)->id;
  CHECK(store.ListActivities(0, 10).size() == 2);
  CHECK(store.ListActivities(0, 1).at(0).name == "a");
  CHECK(store.ListActivities(created->id, 1).at(0).name == "b");
  store.DeleteActivity(second);
  store.DeleteActivity(second);
  CHECK_FALSE(store.FindActivity("b").has_value());
  CHECK(store.CreateActivity(given)->id > second);
}

}  // namespace gait::store_contract
