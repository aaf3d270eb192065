package io.github.palimpsest.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.FolderHistory;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.results.folder.RunOrigin;
import io.github.palimpsest.results.folder.RunStatus;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.results.query.CellDifference;
import io.github.palimpsest.results.query.ResultRows;
import io.github.palimpsest.results.query.ResultTable;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.TrainingCurve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Output folders with one file damaged, and what those who read them make of it. */
final class DamagedFolder {
  private DamagedFolder() {}

  /**
   * A way to damage a file.
   *
   * @param name in words
   * @param content what it holds then; null if it is gone
   */
  record Damage(String name, byte @Nullable [] content) {}

  /** Ways to damage a file, seeded by its name. */
  static List<Damage> of(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    List<Damage> all = new ArrayList<>();
    SplittableRandom rng = new SplittableRandom(file.getFileName().toString().hashCode());
    for (int i = 0; i < 3; i++) {
      int at = rng.nextInt(whole.length);
      int bit = rng.nextInt(8);
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << bit);
      all.add(new Damage("bit " + bit + " of byte " + at + " flipped", flipped));
    }
    all.add(new Damage("cut", Arrays.copyOf(whole, rng.nextInt(whole.length - 1) + 1)));
    all.add(new Damage("empty", new byte[0]));
    all.add(new Damage("gone", null));
    all.add(new Damage("null", "null\n".getBytes(UTF_8)));
    all.add(new Damage("an array", "[]\n".getBytes(UTF_8)));
    all.add(new Damage("an object", "{}\n".getBytes(UTF_8)));
    all.add(new Damage("nested", "[".repeat(100_000).getBytes(UTF_8)));
    return all;
  }

  static void apply(Damage damage, Path file) throws IOException {
    if (damage.content() == null) {
      Files.delete(file);
    } else {
      Files.write(file, damage.content());
    }
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path p : all.toList()) {
        Files.copy(p, to.resolve(from.relativize(p).toString()));
      }
    }
  }

  /** The results and the logs, without what was set aside. */
  static SortedMap<String, String> results(Path out) throws IOException {
    TreeMap<String, String> all = new TreeMap<>(ToyRun.content(out));
    all.putAll(ToyRun.losses(out));
    return all;
  }

  /** What reads a folder. */
  interface Reader {
    Object read(Path folder) throws IOException;
  }

  /** All that reads folders without writing to them, by name. */
  static SortedMap<String, Reader> readers(String cell) {
    TreeMap<String, Reader> all = new TreeMap<>();
    all.put("report", folder -> ReportText.of(Results.of(folder)));
    all.put("report --json", folder -> Results.of(folder).json().toString());
    all.put("status", folder -> RunStatus.of(folder).text());
    all.put("watch", folder -> new FolderHistory(folder).read());
    all.put("curves", folder -> TrainingCurve.of(folder, Results.of(folder)));
    all.put("why-different", folder -> CellDifference.of(folder, cell, folder, cell));
    all.put("probes", ProbeResult::of);
    all.put("stage probes", StageProbe::of);
    all.put("origin", RunOrigin::of);
    for (ResultTable table : ResultTable.values()) {
      all.put("query " + table, folder -> rows(folder, table));
    }
    return all;
  }

  private static List<Object> rows(Path folder, ResultTable table) {
    List<Object> rows = new ArrayList<>();
    new ResultRows(folder).write(table, values -> rows.add(List.of(values.length)));
    return rows;
  }

  /** What readers say that is no clear message with one of some names in it. */
  static List<String> unclear(Path folder, String cell, List<String> names) {
    List<String> unclear = new ArrayList<>();
    readers(cell)
        .forEach(
            (name, reader) -> {
              try {
                reader.read(folder);
              } catch (PalimpsestException e) {
                if (names.stream().noneMatch(n -> String.valueOf(e.getMessage()).contains(n))) {
                  unclear.add(name + ": " + e.getMessage());
                }
              } catch (IOException | RuntimeException | Error e) {
                unclear.add(name + ": " + e);
              }
            });
    return unclear;
  }
}
