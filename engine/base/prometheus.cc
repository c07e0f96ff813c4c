#include "engine/base/prometheus.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gait {
namespace {

std::string NumberText(double value) {
  char text[32];
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.9g", value);
  return text;
}

}  // namespace

void PrometheusText::Family(std::string_view name, std::string_view type, std::string_view help) {
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void PrometheusText::Series(std::string_view name, PrometheusLabels labels) {
  text_ += name;
  if (labels.size() == 0) return;
  char before = '{';
  for (const auto& [label, value] : labels) {
    text_ += before;
    before = ',';
    text_.append(label).append("=\"");
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      if (c == '\n') {
        text_ += "\\n";
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }
  text_ += '}';
}

void PrometheusText::Sample(std::string_view name, PrometheusLabels labels, double value) {
  Series(name, labels);
  text_.append(" ").append(NumberText(value)).append("\n");
}

void PrometheusText::Sample(std::string_view name, PrometheusLabels labels, uint64_t value) {
  Series(name, labels);
  text_.append(" ").append(std::to_string(value)).append("\n");
}

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds), counts_(std::make_unique<std::atomic<uint64_t>[]>(bounds.size() + 1)) {}

void Histogram::Observe(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

uint64_t Histogram::count() const {
  uint64_t count = 0;
  for (size_t i = 0; i <= bounds_.size(); ++i) count += counts_[i].load(std::memory_order_relaxed);
  return count;
}

void Histogram::Write(PrometheusText& text, std::string_view name, std::string_view label,
                      std::string_view label_value) const {
  const std::string bucket = std::string(name) + "_bucket";
  uint64_t count = 0;
  for (size_t i = 0; i <= bounds_.size(); ++i) {
    count += counts_[i].load(std::memory_order_relaxed);
    text.Sample(bucket, {{label, label_value}, {"le", i < bounds_.size() ? NumberText(bounds_[i]) : "+Inf"}}, count);
  }
  text.Sample(std::string(name) + "_sum", {{label, label_value}}, sum_.load(std::memory_order_relaxed));
  text.Sample(std::string(name) + "_count", {{label, label_value}}, count);
}

}  // namespace gait
