// gait completion and gait man: made from the same tables as --help.
#include <cstdio>

#include "cli/command_table.h"

namespace gait::cli {
namespace {

// The long options of a command.
std::vector<std::string> OptionsOf(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string Joined(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::string BashCompletion(const CLI::App& app) {
  std::vector<std::string> names;
  std::string cases;
  for (const Command& command : Commands()) {
    names.emplace_back(command.name);
    cases += "    " + std::string(command.name) + ") words=\"" +
             Joined(OptionsOf(*app.get_subcommand(command.name)), " ") + "\" ;;\n";
  }
  return "_gait() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W \"" +
         Joined(names, " ") +
         "\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"${COMP_WORDS[1]}\" in\n" +
         cases +
         "  esac\n"
         "  case \"$current\" in\n"
         "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _gait gait\n";
}

std::string ZshCompletion(const CLI::App& app) {
  std::string commands, cases;
  for (const Command& command : Commands()) {
    commands += "    '" + std::string(command.name) + ":" + command.summary + "'\n";
    cases += "    " + std::string(command.name) + ") _arguments " + [&] {
      std::string all;
      for (const std::string& name : OptionsOf(*app.get_subcommand(command.name))) all += "'" + name + "' ";
      return all;
    }() + "'*:file:_files' ;;\n";
  }
  return "#compdef gait\n"
         "_gait() {\n"
         "  local -a commands=(\n" +
         commands +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  local command=$words[2]\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "compdef _gait gait\n";
}

std::string FishCompletion(const CLI::App& app) {
  std::string text;
  for (const Command& command : Commands()) {
    const std::string name = command.name;
    text += "complete -c gait -n __fish_use_subcommand -a " + name + " -d '" + command.summary + "'\n";
    for (const std::string& option : OptionsOf(*app.get_subcommand(name))) {
      text += "complete -c gait -n '__fish_seen_subcommand_from " + name + "' -l " + option.substr(2) + "\n";
    }
  }
  return text;
}

// Text as troff takes it.
std::string Escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string ManPage(const CLI::App& app) {
  std::string page = ".TH GAIT 1 \"\" \"gait\" \"User Commands\"\n.SH NAME\ngait \\- " +
                     Escaped(app.get_description()) + "\n.SH SYNOPSIS\n.B gait\n.I COMMAND\n[options]\n.SH COMMANDS\n";
  for (const Command& command : Commands()) {
    const CLI::App& sub = *app.get_subcommand(command.name);
    page += ".SS gait " + std::string(command.name) + "\n" + Escaped(command.summary) + ".\n";
    for (const CLI::Option* option : sub.get_options()) {
      if (option->get_lnames() == std::vector<std::string>{"help"} ||
          option->get_lnames() == std::vector<std::string>{"help-all"}) {
        continue;
      }
      const std::string value =
          option->get_type_size() == 0 || option->get_lnames().empty() ? "" : " " + option->get_type_name();
      page += ".TP\n.B " + Escaped(option->get_name()) + Escaped(value) + "\n" + Escaped(option->get_description());
      if (!option->get_default_str().empty()) page += " (" + Escaped(option->get_default_str()) + ")";
      page += "\n";
    }
    page += ".PP\nExamples:\n.PP\n.nf\n";
    std::string examples = command.examples;
    for (size_t from = 0; from < examples.size();) {
      const size_t end = std::min(examples.find('\n', from), examples.size());
      page += Escaped(examples.substr(from, end - from)) + "\n";
      from = end + 1;
    }
    page += ".fi\n";
  }
  page +=
      ".SH EXIT STATUS\n.TP\n.B 0\nThe execution succeeded, the definitions are valid.\n.TP\n.B 1\nAn execution "
      "failed, or a "
      "definition is invalid.\n.TP\n.B 2\nThe command was called in a wrong way, or could not do its work here.\n"
      ".SH FILES\n.TP\n.I .gait/gait.db\nThe default database.\n";
  return page;
}

}  // namespace

std::function<int()> ConfigureCompletion(CommandLine& line) {
  auto shell = std::make_shared<std::string>();
  line.Add("SHELL", *shell, "bash, zsh or fish").Required().OneOf({"bash", "zsh", "fish"});
  return [shell] {
    CLI::App all("", "gait");
    Configure(all);
    const std::string script = *shell == "bash"  ? BashCompletion(all)
                               : *shell == "zsh" ? ZshCompletion(all)
                                                 : FishCompletion(all);
    std::fputs(script.c_str(), stdout);
    return kSucceeded;
  };
}

std::function<int()> ConfigureMan(CommandLine&) {
  return [] {
    CLI::App all("gait runs Amazon States Language workflows: on a laptop, in a program, in CI, behind the AWS API.",
                 "gait");
    Configure(all);
    std::fputs(ManPage(all).c_str(), stdout);
    return kSucceeded;
  };
}

}  // namespace gait::cli
