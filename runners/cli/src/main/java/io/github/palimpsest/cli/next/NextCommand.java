package io.github.palimpsest.cli.next;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.UnknownNameException;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.storage.BudgetException;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command that helps after a failure, chosen by the type of the failure and by the command that
 * failed, never by the words of a message. The first rule that applies decides.
 */
public enum NextCommand {
  /** A component that nobody has: all there are, with the plugins that were given. */
  COMPONENT((failure, given) -> unknown(failure, "component").map(e -> "list" + given.plugins())),

  /** A setting that a component does not have: the ones that it has. */
  SETTING(
      (failure, given) ->
          unknown(failure, "setting")
              .map(e -> "describe " + given.word(e.owner()) + given.plugins())),

  /** A benchmark task that nobody has. */
  TASK(
      (failure, given) ->
          unknown(failure, "task").or(() -> unknown(failure, "suite")).map(e -> "tasks")),

  /** A schema that there is not: the names of all. */
  SCHEMA((failure, given) -> unknown(failure, "schema").map(e -> "schema --help")),

  /** A cell that a folder does not have. */
  CELL(
      (failure, given) ->
          unknown(failure, "cell")
              .map(e -> "query " + given.word(e.owner()) + " 'SELECT id, label, seed FROM cells'")),

  /** A folder without a grid: the command that makes one. */
  GRID(
      (failure, given) ->
          found(failure, GridPlan.Missing.class)
              .flatMap(e -> given.folder())
              .filter(folder -> given.file().isEmpty())
              .map(folder -> "run FILE --out " + folder)),

  /** A file where a folder was asked for: the command that reads exported results. */
  EXPORTED(
      (failure, given) ->
          found(failure, GridPlan.Missing.class)
              .flatMap(e -> given.file())
              .map(file -> "report " + file)),

  /** A damaged file of a grid: the command that sets it aside and computes it again. */
  DAMAGE(
      (failure, given) ->
          found(failure, DamagedFileException.class)
              .flatMap(e -> given.folder())
              .map(folder -> "run FILE --out " + folder)),

  /** An experiment file that is not there: the experiment that needs none. */
  NO_FILE(
      (failure, given) ->
          found(failure, NoSuchFileException.class)
              .flatMap(e -> given.experiment().filter(file -> e.getFile().equals(file.toString())))
              .map(file -> given.name() + " quickstart")),

  /** Every cell is excluded: the list of rules. */
  NO_CELL(
      (failure, given) ->
          found(failure, RuleViolationException.class)
              .filter(e -> e.rule().equals("no-cell") && given.name().equals("run"))
              .flatMap(e -> given.experiment())
              .map(file -> "plan " + given.word(file.toString()) + given.plugins())),

  /** A disk budget that is too small: one with which the same command continues. */
  BUDGET(
      (failure, given) ->
          found(failure, BudgetException.class)
              .map(
                  e ->
                      Stream.concat(Stream.of(given.name()), given.positionals().stream())
                              .map(given::word)
                              .collect(Collectors.joining(" "))
                          + given.option("--out").map(out -> " --out " + given.word(out)).orElse("")
                          + given.plugins()
                          + " --disk-budget "
                          + mb(e))),

  /** An output folder that holds something else. */
  OTHER_FOLDER(
      (failure, given) ->
          found(failure, OutputException.class)
              .filter(e -> !(e.getCause() instanceof IOException) && given.name().equals("run"))
              .flatMap(e -> given.experiment())
              .map(file -> "run " + given.word(file.toString()) + " --out NEW_FOLDER")),

  /** A query that the database refuses: its tables and columns. */
  QUERY(
      (failure, given) ->
          found(failure, SQLException.class)
              .filter(e -> given.name().equals("query"))
              .map(e -> "query --tables")),

  /** A model in another format. */
  GGUF(
      (failure, given) ->
          given
              .option("--model")
              .filter(model -> model.endsWith(".gguf") && Files.isRegularFile(Path.of(model)))
              .map(model -> "import " + given.word(model) + " DIR"));

  private static final Set<String> EXPERIMENTS = Set.of("run", "plan");

  private final BiFunction<Throwable, Given, Optional<String>> rule;

  NextCommand(BiFunction<Throwable, Given, Optional<String>> rule) {
    this.rule = rule;
  }

  /** The command after a failure, beginning with {@code palimpsest}; empty if no rule applies. */
  public static Optional<String> after(Throwable failure, Given given) {
    return Arrays.stream(values())
        .flatMap(next -> next.rule.apply(failure, given).stream())
        .map(words -> "palimpsest " + words)
        .findFirst();
  }

  private static String mb(BudgetException e) {
    return BigDecimal.valueOf(e.bytes(), 6).setScale(0, RoundingMode.CEILING) + "MB";
  }

  /** Whether a command takes an experiment file. */
  static boolean takesExperiment(String command) {
    return EXPERIMENTS.contains(command);
  }

  private static Optional<UnknownNameException> unknown(Throwable failure, String kind) {
    return found(failure, UnknownNameException.class).filter(e -> e.kind().equals(kind));
  }

  /** The first failure of a type: a place in a file can be around it. */
  private static <T extends Throwable> Optional<T> found(Throwable failure, Class<T> type) {
    return Stream.iterate(failure, e -> e != null, Throwable::getCause)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }
}
