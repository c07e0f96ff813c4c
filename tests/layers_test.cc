// The arrows between the layers: no source includes a header of a layer that its own does not name in CMakeLists.txt,
// and no layer names one above it.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Layer {
  std::string name;
  std::vector<std::string> folders;
  std::set<std::string> may_include;
};

// As cmake/layers.cmake writes them: `name|folder folder|layer layer`, from the bottom.
std::vector<Layer> Layers() {
  std::ifstream file(GAIT_LAYERS_FILE);
  REQUIRE(file.is_open());
  std::vector<Layer> layers;
  for (std::string line; std::getline(file, line);) {
    std::istringstream parts(line);
    std::string name, folders, names;
    std::getline(parts, name, '|');
    std::getline(parts, folders, '|');
    std::getline(parts, names, '|');
    Layer layer{name, {}, {name}};
    std::istringstream list(folders);
    for (std::string folder; list >> folder;) layer.folders.push_back(folder);
    list = std::istringstream(names);
    for (std::string other; list >> other;) layer.may_include.insert(other);
    layers.push_back(std::move(layer));
  }
  return layers;
}

std::vector<std::string> Includes(const fs::path& source) {
  std::vector<std::string> includes;
  std::ifstream file(source);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("#include \"")) continue;
    const size_t end = line.find('"', 10);
    includes.push_back(line.substr(10, end - 10));
  }
  return includes;
}

TEST_CASE("a layer names those below it alone") {
  std::set<std::string> below;
  for (const Layer& layer : Layers()) {
    below.insert(layer.name);
    for (const std::string& other : layer.may_include) {
      INFO(layer.name << " names " << other);
      CHECK(below.contains(other));
    }
  }
  CHECK(below.size() > 10);
}

TEST_CASE("no source includes what its layer does not name") {
  std::map<std::string, std::string> layer_of;  // by folder
  for (const Layer& layer : Layers()) {
    for (const std::string& folder : layer.folders) layer_of[folder] = layer.name;
  }
  size_t includes = 0;
  for (const Layer& layer : Layers()) {
    for (const std::string& folder : layer.folders) {
      for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(GAIT_SOURCE_DIR) / folder)) {
        const std::string name = entry.path().filename().string();
        const bool is_test = name.ends_with("_test.cc");
        const bool is_source = name.ends_with(".cc") || name.ends_with(".h") || name.ends_with(".hpp");
        if (is_test || !is_source) continue;
        for (const std::string& include : Includes(entry.path())) {
          const auto other = layer_of.find(fs::path(include).parent_path().string());
          if (other == layer_of.end()) continue;  // generated
          ++includes;
          INFO(folder << "/" << name << " includes " << include);
          CHECK(layer.may_include.contains(other->second));
        }
      }
    }
  }
  CHECK(includes > 100);
}

}  // namespace
