#include "engine/diagram/outline.h"

namespace gait {
namespace {

Value Number(size_t number) {
  return number == Diagram::kNone ? Value::Null() : Value::Int(static_cast<int64_t>(number));
}

Value ScopeValue(const Diagram::Scope& scope) {
  return Value::Object({{"owner", Number(scope.owner.value_or(Diagram::kNone))},
                        {"label", Value::String(scope.label)},
                        {"pointer", Value::String(scope.pointer)},
                        {"startAt", Number(scope.start_at)}});
}

Value StateValue(const Diagram::State& state, const Marks& marks) {
  ObjectBuilder object;
  object.Add("name", Value::String(state.name));
  object.Add("type", Value::String(state.type));
  if (!state.comment.empty()) object.Add("comment", Value::String(state.comment));
  object.Add("pointer", Value::String(state.pointer));
  object.Add("scope", Number(state.scope));
  if (const auto mark = MarkOf(marks, state)) object.Add("mark", Value::String(MarkName(*mark)));
  return object.Build();
}

Value TransitionValue(const Diagram::Transition& transition, const Marks& marks) {
  ObjectBuilder object;
  object.Add("from", Number(transition.from));
  object.Add("to", Number(transition.to));
  object.Add("kind", Value::String(KindName(transition.kind)));
  if (!transition.label.empty()) object.Add("label", Value::String(transition.label));
  object.Add("pointer", Value::String(transition.pointer));
  if (const auto mark = MarkOf(marks, transition)) object.Add("mark", Value::String(MarkName(*mark)));
  return object.Build();
}

}  // namespace

Value ToJsonGraph(const Diagram& diagram, const Marks& marks) {
  ArrayBuilder scopes, states, transitions;
  for (const Diagram::Scope& scope : diagram.scopes) scopes.Add(ScopeValue(scope));
  for (const Diagram::State& state : diagram.states) states.Add(StateValue(state, marks));
  for (const Diagram::Transition& t : diagram.transitions) transitions.Add(TransitionValue(t, marks));
  return Value::Object({{"scopes", scopes.Build()}, {"states", states.Build()}, {"transitions", transitions.Build()}});
}

}  // namespace gait
