#include "integrations/service_models.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

#include "engine/json/parse.h"

namespace gait {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytesMax = 256 * 1'048'576;  // the largest, EC2's, has 4 MiB

// The services whose name in `aws-sdk:NAME`, which is that of the SDK for Java, is not that of botocore's folder
// without its hyphens. Of names that end in "service" that is left out.
struct Alias {
  std::string_view name, folder;
};
constexpr Alias kAliases[] = {
    {"applicationdiscovery", "discovery"},
    {"cloudwatchlogs", "logs"},
    {"cognitoidentityprovider", "cognito-idp"},
    {"costandusagereport", "cur"},
    {"costexplorer", "ce"},
    {"databasemigration", "dms"},
    {"directory", "ds"},
    {"directoryservicedata", "ds-data"},
    {"elasticloadbalancing", "elb"},
    {"elasticloadbalancingv2", "elbv2"},
    {"elasticmapreduce", "emr"},
    {"elasticsearch", "es"},
    {"eventbridge", "events"},
    {"iotdataplane", "iot-data"},
    {"iotjobsdataplane", "iot-jobs-data"},
    {"lexmodelbuilding", "lex-models"},
    {"lexmodelsv2", "lexv2-models"},
    {"lexruntime", "lex-runtime"},
    {"lexruntimev2", "lexv2-runtime"},
    {"marketplaceentitlement", "marketplace-entitlement"},
    {"marketplacemetering", "meteringmarketplace"},
    {"migrationhub", "mgh"},
    {"pinpointsmsvoice", "sms-voice"},
    {"serverlessapplicationrepository", "serverlessrepo"},
    {"sfn", "stepfunctions"},
    {"simpledb", "sdb"},
    {"states", "stepfunctions"},
};

std::string Folded(std::string_view name) {
  std::string folded;
  for (char c : name) {
    if (c != '-') folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return folded;
}

std::string FolderName(std::string_view service) {
  const std::string folded = Folded(service);
  std::string_view name = folded;
  if (name.ends_with("service")) name.remove_suffix(std::string_view("service").size());
  for (const Alias& a : kAliases) {
    if (a.name == name || a.name == folded) return Folded(a.folder);
  }
  return folded;
}

// Also of a file that is not compressed.
std::optional<std::string> ReadCompressed(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  std::vector<char> buffer(1 << 16);
  int got = 0;
  while ((got = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0) {
    text.append(buffer.data(), static_cast<size_t>(got));
    if (text.size() > kFileBytesMax) break;
  }
  gzclose(file);
  if (got != 0) return std::nullopt;
  return text;
}

// Most of a model is text for people.
Value WithoutDocumentation(const Value& value) {
  if (value.is_array()) {
    ArrayBuilder items(value.size());
    for (const Value& item : value.items()) items.Add(WithoutDocumentation(item));
    return items.Build();
  }
  if (!value.is_object()) return value;
  ObjectBuilder members(value.size());
  for (const Member& m : value.members()) {
    if (m.name() != "documentation" || !m.value.is_string()) members.Add(m.key, WithoutDocumentation(m.value));
  }
  return members.Build();
}

// `PREFIX/lib/python3*/{dist,site}-packages/{,awscli/}botocore/data`: the AWS CLI may bring a botocore of its own.
void AddPythonFolders(const fs::path& prefix, std::vector<std::string>& folders) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(prefix / "lib", error)) {
    if (!entry.path().filename().string().starts_with("python3")) continue;
    for (const char* packages : {"dist-packages", "site-packages"}) {
      for (const char* botocore : {"botocore/data", "awscli/botocore/data"}) {
        folders.push_back((entry.path() / packages / botocore).string());
      }
    }
  }
}

void AddListed(const char* variable, const fs::path& below, std::vector<std::string>& folders,
               void (*add)(const fs::path&, std::vector<std::string>&)) {
  const char* list = std::getenv(variable);
  if (list == nullptr) return;
  for (std::string_view rest = list; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (!one.empty()) add(fs::path(one) / below, folders);
  }
}

// Where botocore looks itself, then where Debian, the AWS CLI, pip and pyenv put it: what the machine has before what
// one user has.
std::vector<std::string> UsualFolders() {
  std::vector<std::string> folders;
  AddListed("AWS_DATA_PATH", "", folders, [](const fs::path& p, auto& all) { all.push_back(p.string()); });
  const char* home = std::getenv("HOME");
  if (home != nullptr) folders.push_back(std::string(home) + "/.aws/models");
  AddListed("VIRTUAL_ENV", "", folders, AddPythonFolders);
  for (const char* prefix : {"/usr", "/usr/local"}) AddPythonFolders(prefix, folders);
  folders.emplace_back("/usr/local/aws-cli/v2/current/dist/awscli/botocore/data");
  AddListed("PATH", "..", folders, AddPythonFolders);
  if (home != nullptr) {
    AddPythonFolders(std::string(home) + "/.local", folders);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(std::string(home) + "/.pyenv/versions", error)) {
      AddPythonFolders(entry.path(), folders);
    }
  }
  return folders;
}

std::vector<std::string> Present(std::vector<std::string> folders) {
  std::vector<std::string> present;
  for (const std::string& folder : folders.empty() ? UsualFolders() : folders) {
    std::error_code error;
    const std::string path = fs::weakly_canonical(folder, error).string();
    if (!error && fs::is_directory(path, error) && std::find(present.begin(), present.end(), path) == present.end()) {
      present.push_back(path);
    }
  }
  return present;
}

}  // namespace

ServiceModel::ServiceModel(const Value& model) : operations_(Value::Object()), shapes_(Value::Object()) {
  if (const Value* operations = model.Find("operations")) operations_ = WithoutDocumentation(*operations);
  if (const Value* shapes = model.Find("shapes")) shapes_ = WithoutDocumentation(*shapes);
}

std::optional<std::string> ServiceModel::OperationName(std::string_view action) const {
  const std::string folded = Folded(action);
  for (const Member& m : operations_.members()) {
    if (Folded(m.name()) == folded) return std::string(m.name());
  }
  return std::nullopt;
}

const Value* ServiceModel::OutputOf(std::string_view operation) const {
  const Value* found = operations_.Find(operation);
  const Value* output = found == nullptr || !found->is_object() ? nullptr : found->Find("output");
  return output == nullptr ? nullptr : ShapeOf(*output);
}

const Value* ServiceModel::ShapeOf(const Value& reference) const {
  const Value* name = reference.is_object() ? reference.Find("shape") : nullptr;
  if (name == nullptr || !name->is_string()) return nullptr;
  const Value* shape = shapes_.Find(name->as_string());
  return shape != nullptr && shape->is_object() ? shape : nullptr;
}

ServiceModels::ServiceModels(std::vector<std::string> folders) : folders_(Present(std::move(folders))) {}

std::optional<std::string> ServiceModels::FileOf(std::string_view service) const {
  const std::string name = FolderName(service);
  for (const std::string& folder : folders_) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (Folded(entry.path().filename().string()) != name) continue;
      // Versions are dates: the last is the newest.
      std::string newest;
      for (const auto& version : fs::directory_iterator(entry.path(), error)) {
        for (const char* file : {"service-2.json", "service-2.json.gz"}) {
          const std::string path = (version.path() / file).string();
          if (path > newest && fs::exists(path, error)) newest = path;
        }
      }
      if (!newest.empty()) return newest;
    }
  }
  return std::nullopt;
}

std::shared_ptr<const ServiceModel> ServiceModels::Find(std::string_view service) {
  const auto file = FileOf(service);
  if (!file) return nullptr;
  const std::lock_guard lock(mutex_);
  if (const auto it = models_.find(*file); it != models_.end()) return it->second;
  const auto text = ReadCompressed(*file);
  if (!text) return nullptr;
  JsonParse parse = ParseJson(*text);
  if (!parse || !parse.value->is_object()) return nullptr;
  if (models_.size() >= kKept) models_.clear();
  return models_.emplace(*file, std::make_shared<const ServiceModel>(*parse.value)).first->second;
}

std::string ServiceModels::Places() const {
  std::string all;
  for (const std::string& folder : folders_) all += (all.empty() ? "" : ", ") + folder;
  return all;
}

}  // namespace gait
