// The JSON of a Terraform plan or state (`terraform show -json`): aws_sfn_state_machine in any module.
// https://developer.hashicorp.com/terraform/internals/json-format
#include <set>

#include "engine/json/members.h"
#include "templates/found.h"

namespace gait::templates {
namespace {

constexpr std::string_view kType = "aws_sfn_state_machine";

class PlanReader {
 public:
  PlanReader(std::shared_ptr<const Host> host, std::vector<Source>& sources)
      : host_(std::move(host)), sources_(sources) {}

  void AddModule(const Value* module, const Place& place) {
    if (module == nullptr || !module->is_object()) return;
    if (const Value* resources = module->Find("resources")) {
      for (size_t i = 0; i < resources->items().size(); ++i) {
        const Value& resource = resources->items()[i];
        if (!IsMachine(resource)) continue;
        Add(resource, resource.Find("values"), place.Key("resources").Index(i), "values");
      }
    }
    if (const Value* modules = module->Find("child_modules")) {
      for (size_t i = 0; i < modules->items().size(); ++i) {
        AddModule(&modules->items()[i], place.Key("child_modules").Index(i));
      }
    }
  }

  // Those that the planned values leave out.
  void AddChanges(const Value* changes, const Place& place) {
    if (changes == nullptr) return;
    for (size_t i = 0; i < changes->items().size(); ++i) {
      const Value& resource = changes->items()[i];
      const Value* change = IsMachine(resource) ? resource.Find("change") : nullptr;
      const Value* after = change != nullptr && change->is_object() ? change->Find("after") : nullptr;
      if (after == nullptr || after->is_null()) continue;  // it is deleted
      Add(resource, after, place.Index(i).Key("change"), "after");
    }
  }

 private:
  static bool IsMachine(const Value& resource) {
    return TextOf(resource, "type") == kType && TextOf(resource, "mode", "managed") == "managed";
  }
  void Add(const Value& resource, const Value* values, const Place& place, std::string_view key) {
    const std::string address(TextOf(resource, "address", TextOf(resource, "name")));
    if (!seen_.insert(address).second) return;
    const Value* definition = values != nullptr && values->is_object() ? values->Find("definition") : nullptr;
    References references;
    const Place at = place.Key(key);
    if (definition != nullptr && definition->is_string()) {
      TextPieces pieces;
      pieces.Append(definition->as_string(), at.Key("definition").pointer(), 0);
      sources_.push_back(OfText(host_, address, std::move(pieces)));
    } else {
      Diagnostic d = Finding("definition-not-read", host_->positions().KeyAt(at.pointer()),
                             "The definition is not checked: it is not known before the plan is applied");
      sources_.push_back(NotCompiled(host_, address, std::move(d)));
    }
    const std::string_view type = values == nullptr ? "" : TextOf(*values, "type", "STANDARD");
    sources_.back().type = type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  }

  std::shared_ptr<const Host> host_;
  std::vector<Source>& sources_;
  std::set<std::string> seen_;
};

}  // namespace

void FindInTerraformPlan(const std::shared_ptr<const Host>& host, std::vector<Source>& sources) {
  PlanReader reader(host, sources);
  for (const std::string_view key : {"planned_values", "values"}) {
    const Value* values = host->root().Find(key);
    if (values == nullptr || !values->is_object()) continue;
    reader.AddModule(values->Find("root_module"), Place().Key(key).Key("root_module"));
  }
  reader.AddChanges(host->root().Find("resource_changes"), Place().Key("resource_changes"));
}

}  // namespace gait::templates
