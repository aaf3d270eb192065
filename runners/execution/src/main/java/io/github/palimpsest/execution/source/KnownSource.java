package io.github.palimpsest.execution.source;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.file.YamlMap;
import io.github.palimpsest.experiment.file.YamlScalar;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of a package index with data sets in it.
 *
 * @param name its name for people
 * @param about what it holds
 * @param licence the licence of the package; each data set has its own
 * @param project its project in the index
 * @param version the version
 * @param file the name of the file
 * @param bytes its size
 * @param sha256 its SHA-256
 * @param root the folder in the archive that has the data sets
 * @param sets folders of the data folder, {@code ORG/NAME} or {@code ORG/NAME/CONFIG}, by the
 *     folder below the root that goes there
 */
public record KnownSource(
    String name,
    String about,
    String licence,
    String project,
    String version,
    String file,
    long bytes,
    String sha256,
    String root,
    Map<String, String> sets) {
  private static final String RESOURCE = "sources.yaml";

  /** All known sources. */
  public static List<KnownSource> all() {
    YamlMap file = YamlMap.read("file of sources", RESOURCE, resource());
    return file.onlyKeys(List.of("sources")).maps("sources").stream().map(KnownSource::of).toList();
  }

  /**
   * A source by its name.
   *
   * @throws PalimpsestException if there is none
   */
  public static KnownSource find(String name) {
    List<KnownSource> all = all();
    return all.stream()
        .filter(s -> s.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> names = all.stream().map(KnownSource::name).toList();
              return new PalimpsestException(
                  "unknown source '" + name + "'" + NearestName.hint(name, names));
            });
  }

  /**
   * The folder, in the data folder, of a file in the archive.
   *
   * @param path the file's folder below the root, {@code SET/CONFIG/SPLIT}
   * @return where the split goes, {@code ORG/NAME/CONFIG/SPLIT}; empty if it is not wanted
   */
  Optional<String> place(String path) {
    return sets.entrySet().stream()
        .filter(e -> path.startsWith(e.getKey() + "/"))
        .findFirst()
        .map(e -> e.getValue() + path.substring(e.getKey().length()));
  }

  private static KnownSource of(YamlMap map) {
    map.onlyKeys(
        List.of(
            "name", "about", "licence", "project", "version", "file", "bytes", "sha256", "root",
            "sets"));
    Map<String, String> sets = new LinkedHashMap<>();
    YamlMap places = map.requiredMap("sets");
    places.keys().forEach(k -> sets.put(k, places.required(k).nonEmpty()));
    return new KnownSource(
        text(map, "name"),
        text(map, "about"),
        text(map, "licence"),
        text(map, "project"),
        text(map, "version"),
        text(map, "file"),
        map.required("bytes").integer(1, Long.MAX_VALUE),
        text(map, "sha256"),
        text(map, "root"),
        sets);
  }

  private static String text(YamlMap map, String key) {
    YamlScalar value = map.required(key);
    return value.nonEmpty();
  }

  private static String resource() {
    try (InputStream in = KnownSource.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is part of this module");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
