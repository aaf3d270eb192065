package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.classifier.ClassStream;
import io.github.palimpsest.classifier.ClassifierDirectory;
import io.github.palimpsest.classifier.ClassifierScores;
import io.github.palimpsest.cli.option.Ranged;
import io.github.palimpsest.cli.option.TextLines;
import io.github.palimpsest.cli.terminal.ExitCode;
import io.github.palimpsest.cli.terminal.NativeMessages;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.results.folder.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code classify}: the likeliest class of texts. */
@Command(
    name = "classify",
    description = "Prints the likeliest class of each text, with its probability.",
    mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "MODEL", description = "a folder that 'save' wrote")
  Path folder = Path.of("");

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "TEXT", description = "the texts")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description =
          "a file with the texts instead, or - for standard input: one text a line, or records of"
              + " JSON, JSONL or a table")
  @Nullable String file;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "with --texts: the key of the text in a record; default: text")
  @Nullable String key;

  @Option(names = "--json", description = "one object for each text, one a line")
  boolean json;

  @Option(
      names = "--task",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description =
          "the number of the texts' task, from 1; for a model of a task-incremental stream, and"
              + " needed there")
  int task;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    List<String> texts = all();
    NativeMessages.divert();
    try (ClassifierDirectory read = ClassifierDirectory.open(folder)) {
      List<Integer> possible = possible(read.model().classes());
      List<Example> examples = new ArrayList<>();
      for (String text : texts) {
        int[] rows = read.tokens().rows(text);
        examples.add(read.model().example(text, rows, possible.get(0), possible));
      }
      try (ClassifierScores scores =
          new ClassifierScores(read.model(), read.weights(), Device.CPU)) {
        List<float[]> all = scores.logProbabilities(examples, read.weights());
        for (int i = 0; i < texts.size(); i++) {
          print(read.model().classes(), possible, all.get(i), texts.get(i));
        }
      }
    }
    return ExitCode.OK;
  }

  private List<String> all() {
    if (file == null && key != null) {
      throw new PalimpsestException("--key " + key + " is for the records of --texts");
    }
    if (file == null && texts.isEmpty()) {
      throw new PalimpsestException("there is no text: give TEXT, or --texts FILE");
    }
    if (file != null && !texts.isEmpty()) {
      throw new PalimpsestException(
          "either --texts " + file + " or TEXT '" + texts.get(0) + "', not both");
    }
    return file == null
        ? texts
        : TextLines.read(file, Objects.requireNonNullElse(key, "text"), System.in);
  }

  private List<Integer> possible(ClassStream classes) {
    int tasks = classes.byTask().size();
    if (!classes.taskKnown()) {
      if (task != 0) {
        throw new PalimpsestException(
            "--task " + task + ": a text may have any class of this class-incremental stream");
      }
      return classes.all();
    }
    if (task == 0) {
      throw new PalimpsestException(
          "--task is needed, from 1 to " + tasks + ", for this task-incremental stream");
    }
    if (task > tasks) {
      throw new PalimpsestException(
          "--task must be from 1 to %d for this task-incremental stream, not %d"
              .formatted(tasks, task));
    }
    return classes.byTask().get(task - 1);
  }

  private void print(ClassStream classes, List<Integer> possible, float[] logarithms, String text) {
    int best = possible.get(0);
    for (int column : possible) {
      best = logarithms[column] > logarithms[best] ? column : best;
    }
    String name = classes.names().get(best);
    double probability = Math.exp(logarithms[best]);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.object().put("text", text).put("class", name).put("probability", probability));
    } else {
      out.printf(Locale.ROOT, "%s  %.3f  %s%n", name, probability, text);
    }
  }
}
