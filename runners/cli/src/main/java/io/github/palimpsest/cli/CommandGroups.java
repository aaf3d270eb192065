package io.github.palimpsest.cli;

import io.github.palimpsest.cli.bench.BenchCommand;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The subcommands by what they are for, as the help lists them. */
enum CommandGroups {
  /** A grid from its file to its end. */
  EXPERIMENTS(
      "Experiments",
      new Subcommand("schema", SchemaCommand.class),
      new Subcommand("plan", PlanCommand.class),
      new Subcommand("run", RunCommand.class),
      new Subcommand("work", WorkCommand.class),
      new Subcommand("status", StatusCommand.class),
      new Subcommand("watch", WatchCommand.class)),
  /** What a grid found. */
  RESULTS(
      "Results",
      new Subcommand("report", ReportCommand.class),
      new Subcommand("query", QueryCommand.class),
      new Subcommand("export", ExportCommand.class),
      new Subcommand("why-different", WhyDifferentCommand.class),
      new Subcommand("probe", ProbeCommand.class),
      new Subcommand("landscape", LandscapeCommand.class),
      new Subcommand("save", SaveCommand.class)),
  /** Single models. */
  MODELS(
      "Models",
      new Subcommand("train", TrainCommand.class),
      new Subcommand("merge", MergeCommand.class),
      new Subcommand("import", ImportCommand.class),
      new Subcommand("generate", GenerateCommand.class),
      new Subcommand("serve", ServeCommand.class),
      new Subcommand("classify", ClassifyCommand.class)),
  /** Models and their scores. */
  EVALUATION(
      "Evaluation",
      new Subcommand("evaluate", EvaluateCommand.class),
      new Subcommand("tasks", TasksCommand.class),
      new Subcommand("data", DataCommand.class),
      new Subcommand("score", ScoreCommand.class)),
  /** What a recipe may name, and plugins of others. */
  PLUGINS(
      "Plugins",
      new Subcommand("list", ListCommand.class),
      new Subcommand("describe", DescribeCommand.class),
      new Subcommand("verify", VerifyCommand.class),
      new Subcommand("new-plugin", NewPluginCommand.class)),
  /** The program itself. */
  INSTALLATION(
      "Installation",
      new Subcommand("doctor", DoctorCommand.class),
      new Subcommand("completion", CompletionCommand.class),
      new Subcommand("bench", BenchCommand.class));

  private static final int INDENT = 2;

  private final String title;
  private final List<Subcommand> commands;

  /** A command; its options are read when it is added. */
  private record Subcommand(String name, Class<?> type) {}

  CommandGroups(String title, Subcommand... commands) {
    this.title = title;
    this.commands = List.of(commands);
  }

  /** Adds all subcommands, and makes the help list them in groups. */
  static void addTo(CommandLine command) {
    all().forEach(c -> command.addSubcommand(c.name(), c.type()));
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> System.lineSeparator());
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::listed);
  }

  /**
   * Adds the subcommand of this name alone: to make all of them takes as long as many a command.
   *
   * @return false if there is none
   */
  static boolean addTo(CommandLine command, String name) {
    Optional<Subcommand> only = all().filter(c -> c.name().equals(name)).findFirst();
    only.ifPresent(c -> command.addSubcommand(c.name(), c.type()));
    return only.isPresent();
  }

  private static Stream<Subcommand> all() {
    return Stream.of(values()).flatMap(g -> g.commands.stream());
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
      for (Subcommand subcommand : group.commands) {
        String name = subcommand.name();
        Help command = help.subcommands().get(name);
        String summary = command.commandSpec().usageMessage().description()[0];
        table.addRowValues(help.colorScheme().commandText(name), help.colorScheme().text(summary));
      }
      text.append(group.title).append(':').append(System.lineSeparator()).append(table);
    }
    return text.toString();
  }
}
