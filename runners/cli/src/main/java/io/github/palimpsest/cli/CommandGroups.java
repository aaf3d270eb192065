package io.github.palimpsest.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The subcommands by what they are for, as the help lists them. */
enum CommandGroups {
  /** A grid from its file to its end. */
  EXPERIMENTS("Experiments", "schema", "plan", "run", "work", "status", "watch"),
  /** What a grid found. */
  RESULTS("Results", "report", "query", "export", "why-different", "probe", "landscape", "save"),
  /** Single models. */
  MODELS("Models", "train", "merge", "import", "generate", "serve", "classify"),
  /** Models and their scores. */
  EVALUATION("Evaluation", "evaluate", "tasks", "data", "score"),
  /** What a recipe may name, and plugins of others. */
  PLUGINS("Plugins", "list", "describe", "verify", "new-plugin"),
  /** The program itself. */
  INSTALLATION("Installation", "doctor", "completion", "bench");

  private static final int INDENT = 2;

  private final String title;
  private final List<String> commands;

  CommandGroups(String title, String... commands) {
    this.title = title;
    this.commands = List.of(commands);
  }

  List<String> commands() {
    return commands;
  }

  /** Makes the help of a command list its subcommands in groups. */
  static void group(CommandLine command) {
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> System.lineSeparator());
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::listed);
  }

  private static String listed(Help help) {
    int first = help.subcommands().keySet().stream().mapToInt(String::length).max().orElse(0);
    int width = help.commandSpec().usageMessage().width();
    StringBuilder text = new StringBuilder();
    for (CommandGroups group : values()) {
      TextTable table =
          TextTable.forColumns(
              help.colorScheme(),
              new Column(first + 2 * INDENT, INDENT, Overflow.SPAN),
              new Column(width - first - 2 * INDENT, INDENT, Overflow.WRAP));
      for (String name : group.commands) {
        Help command = help.subcommands().get(name);
        String summary = command.commandSpec().usageMessage().description()[0];
        table.addRowValues(help.colorScheme().commandText(name), help.colorScheme().text(summary));
      }
      text.append(group.title).append(':').append(System.lineSeparator()).append(table);
    }
    return text.toString();
  }
}
