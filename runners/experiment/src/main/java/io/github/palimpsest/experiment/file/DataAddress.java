package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.llm.quickstart.QuickstartRecords;
import io.github.palimpsest.llm.text.FileSource;
import io.github.palimpsest.llm.text.JsonRecord;
import io.github.palimpsest.llm.text.MadeRecords;
import io.github.palimpsest.llm.text.RecordGenerator;
import io.github.palimpsest.llm.text.RecordSource;
import io.github.palimpsest.results.folder.Fingerprint;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an experiment file names as data: a path, or a task of a generator as {@code SCHEME:NAME};
 * {@code SCHEME:NAME:held-out} is the part of it that is never trained on.
 *
 * @param source where the records come from
 */
public record DataAddress(RecordSource source) {
  private static final String HELD_OUT = ":held-out";

  /** Generated data are the same for all cells. */
  private static final List<RecordGenerator> GENERATORS = List.of(new QuickstartRecords(1));

  /**
   * Finds what is named.
   *
   * @param written the path, from the working directory or the folder of the experiment file, or
   *     the name of a generated task
   * @throws io.github.palimpsest.api.PalimpsestException with its place, if there is no such file
   *     or task
   */
  public static DataAddress find(Experiment experiment, Place place, String written) {
    return new DataAddress(
        made(place, written)
            .<RecordSource>map(made -> made)
            .orElseGet(() -> new FileSource(DataPaths.find(experiment, place, written))));
  }

  /** The SHA-256 of the content. */
  public String sha256() {
    return source instanceof FileSource file
        ? Fingerprint.of(file.file())
        : sha256((MadeRecords) source);
  }

  /** Refuses the name of a generated task that there is not. */
  static void check(YamlScalar data) {
    made(data.place(), data.text());
  }

  /** The address of what the data hold out themselves, if they do. */
  static Optional<String> heldOut(String written) {
    boolean made = GENERATORS.stream().anyMatch(g -> written.startsWith(g.scheme() + ":"));
    return made && !written.endsWith(HELD_OUT) ? Optional.of(written + HELD_OUT) : Optional.empty();
  }

  private static Optional<MadeRecords> made(Place place, String written) {
    return GENERATORS.stream()
        .filter(g -> written.startsWith(g.scheme() + ":"))
        .findFirst()
        .map(g -> made(g, place, written.substring(g.scheme().length() + 1)));
  }

  private static MadeRecords made(RecordGenerator generator, Place place, String address) {
    boolean heldOut = address.endsWith(HELD_OUT);
    String name = heldOut ? address.substring(0, address.length() - HELD_OUT.length()) : address;
    if (!generator.names().contains(name)) {
      throw place.error(
          "unknown generated task '" + name + "'" + NearestName.hint(name, generator.names()));
    }
    return heldOut ? generator.heldOut(name) : generator.training(name);
  }

  private static String sha256(MadeRecords made) {
    TreeMap<String, String> records = new TreeMap<>();
    for (JsonRecord r : made.all()) {
      records.put("%08d".formatted(r.number()), r.node().toString());
    }
    return Fingerprint.of(records);
  }
}
