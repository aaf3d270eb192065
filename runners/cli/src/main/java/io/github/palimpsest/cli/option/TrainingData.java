package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.DataCounts;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.llm.example.Packing;
import io.github.palimpsest.llm.example.Repeats;
import io.github.palimpsest.llm.example.TokenCap;
import io.github.palimpsest.llm.example.Truncation;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.layout.DataFolder;
import io.github.palimpsest.llm.layout.Weights;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.FileSet;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.RecordSource;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The data of a training, and what becomes of its examples. */
public final class TrainingData {
  private static final Pattern WEIGHTED = Pattern.compile("(.+):([0-9.]+)");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE[:WEIGHT]",
      description =
          "a file or a folder of JSON, JSONL, CSV, TSV, Parquet, Arrow or text; several are read in"
              + " order, each used WEIGHT times in an epoch")
  List<String> data = new ArrayList<>();

  @Option(
      names = "--truncation",
      defaultValue = "right",
      paramLabel = "SIDE",
      description =
          "right or left: side on which a document that is too long is cut off; default:"
              + " ${DEFAULT-VALUE}")
  Truncation truncation = Truncation.RIGHT;

  @Option(
      names = "--max-tokens",
      converter = Ranged.Steps.class,
      paramLabel = "N",
      description = "at most this number of tokens of all examples together")
  long maxTokens;

  @Option(
      names = "--pack",
      description = "join short examples up to --max-length; none attends to another")
  boolean pack;

  @Option(
      names = "--buckets",
      converter = Ranged.Count.class,
      paramLabel = "N",
      description = "sort the examples of N batches by length together; default: any lengths")
  int buckets;

  /**
   * The files.
   *
   * @throws PalimpsestException if there is no such file, a folder has no data, or a weight is
   *     wrong
   */
  public RecordSource source() {
    return FileSet.of(
        named().stream().map(n -> new FileSet.Part(new FileSource(n.file()), n.weight())).toList());
  }

  /**
   * All files, those of folders too.
   *
   * @throws PalimpsestException as {@link #source}
   */
  public List<Path> files() {
    return named().stream().map(Named::file).toList();
  }

  private record Named(Path file, double weight) {}

  private List<Named> named() {
    List<Named> all = new ArrayList<>();
    for (String written : data) {
      Matcher m = WEIGHTED.matcher(written);
      boolean weighted = !Files.exists(Path.of(written)) && m.matches();
      Path place = HubCache.data(Path.of(weighted ? m.group(1) : written));
      double weight = weighted ? weight(written, m.group(2)) : 1;
      List<Path> files = Files.isDirectory(place) ? DataFolder.files(place) : List.of(place);
      files.forEach(file -> all.add(new Named(file, weight)));
    }
    return all;
  }

  private static double weight(String written, String number) {
    try {
      return Weights.require(Double.parseDouble(number));
    } catch (NumberFormatException e) {
      throw new PalimpsestException(
          "--data=" + written + ": '" + number + "' is no weight; write FILE:2", e);
    } catch (PalimpsestException e) {
      throw new PalimpsestException("--data=" + written + ": " + e.getMessage(), e);
    }
  }

  /** The name of the task: that of the only file, or of the first with the number of others. */
  public String name() {
    String first = Path.of(data.get(0)).getFileName().toString();
    return data.size() == 1 ? first : first + " and " + (data.size() - 1) + " more";
  }

  /**
   * Examples that are ready for training.
   *
   * @param task the examples, joined and in buckets as the options say
   * @param counts what became of the records
   */
  public record Prepared(TaskData task, DataCounts counts) {}

  /**
   * Turns documents into a task.
   *
   * @param counts what became of their records so far
   */
  public Prepared prepare(
      List<Document> documents,
      Weights weights,
      DataCounts counts,
      TextTokenizer tokenizer,
      int length) {
    ExampleEncoder.Encoded encoded =
        new ExampleEncoder(tokenizer, length, false, false, truncation).encode("data", documents);
    List<Example> all = Repeats.of(encoded.examples(), encoded.documents(), weights);
    List<Example> some = TokenCap.over(all, maxTokens);
    List<Example> examples = pack ? Packing.of(some, length) : some;
    return new Prepared(
        TaskData.of(0, name(), examples).inBuckets(buckets),
        counts
            .encoded(encoded.dropped(), encoded.cut(), all.size())
            .chosen(all.size(), some.size()));
  }
}
