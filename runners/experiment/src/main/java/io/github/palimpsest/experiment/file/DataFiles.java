package io.github.palimpsest.experiment.file;

import io.github.palimpsest.llm.layout.Weights;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The data of a set as an experiment file names them.
 *
 * @param files at least one file, folder or generated task
 */
public record DataFiles(List<One> files) {
  /**
   * A file, a folder or a generated task.
   *
   * @param written as the experiment file has it
   * @param weight the number of times that its examples are used in an epoch
   */
  public record One(WrittenPath written, double weight) {}

  /** Copies the list. */
  public DataFiles {
    files = List.copyOf(files);
  }

  /** A single file. */
  static DataFiles of(WrittenPath written) {
    return new DataFiles(List.of(new One(written, 1)));
  }

  /** The files at a required key. */
  static DataFiles read(YamlMap m, String key) {
    if (!m.has(key)) {
      throw m.missing(key);
    }
    return new DataFiles(m.items(key).stream().map(DataFiles::one).toList());
  }

  private static One one(YamlMap.Item item) {
    YamlScalar path = item.scalar().orElseGet(() -> item.map().orElseThrow().required("path"));
    DataAddress.check(path);
    return new One(
        path.path(),
        item.map()
            .flatMap(m -> m.scalar("weight"))
            .map(w -> w.positive((long) Weights.MOST))
            .orElse(1.0));
  }

  /** Whether all examples are used once in an epoch. */
  boolean once() {
    return files.stream().allMatch(f -> f.weight() == 1);
  }

  /** As written, for messages. */
  @Override
  public String toString() {
    return files.stream()
        .map(One::written)
        .map(WrittenPath::text)
        .collect(Collectors.joining(", "));
  }
}
