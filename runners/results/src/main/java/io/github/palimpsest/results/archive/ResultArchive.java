package io.github.palimpsest.results.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.IoReason;
import io.github.palimpsest.storage.NewFile;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The results of an output folder in one JSON file, small enough to be kept beside an experiment
 * file: what {@code report} needs, without weights, losses of single steps and outcomes of single
 * examples. Each file of the folder is a line, named by its path; the results of cells come first,
 * in the order of their ids. Equal runs give equal lines there.
 *
 * <pre>
 * {"format": 1,
 *  "files": {
 *   "cells/ID/result.json": {..., "inputs": {"shared": "3f2a94c0d17be5a6"}},
 *   ...},
 *  "shared": {
 *   "3f2a94c0d17be5a6": {...}}}
 * </pre>
 *
 * A value that many files repeat, such as the hashes of the data, is in {@code shared} once, by the
 * beginning of its SHA-256.
 */
public final class ResultArchive implements AutoCloseable {
  private static final int FORMAT = 1;
  private static final String FILES = "files";
  private static final String SHARED = "shared";
  private static final int NAME_LENGTH = 16;

  /** Values of a file that other files repeat. */
  private static final List<String> REPEATED = List.of("inputs", "components", "data", "overlap");

  /** What cells have and the archive does not: the outcomes of single examples. */
  private static final String ROWS = "rows";

  /** What stages have and the archive does not: it is about cells. */
  private static final List<String> OF_STAGES = List.of("inputs", "components", "measured");

  private final Path folder;
  private final boolean temporary;

  private ResultArchive(Path folder, boolean temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /**
   * Writes the results of an output folder to a file.
   *
   * @throws PalimpsestException if the folder is none, or a file of it is damaged
   * @throws OutputException if the file exists or cannot be written
   */
  public static void write(Path folder, Path file) {
    if (Files.exists(file)) {
      throw new OutputException("'" + file + "' already exists: choose another file");
    }
    GridPlan.of(new FolderLayout(folder)); // says what is wrong with another folder
    ObjectNode shared = Json.object();
    StringBuilder text = new StringBuilder("{\"format\": " + FORMAT + ",\n \"files\": {\n");
    List<String> lines = new ArrayList<>();
    for (Path each : content(folder)) {
      String name = folder.relativize(each).toString().replace('\\', '/');
      ObjectNode content = JsonFile.read(each);
      content.remove(each.endsWith(FolderLayout.ABOUT) ? OF_STAGES : List.of(ROWS));
      lines.add("  \"" + name + "\": " + shared(content, shared).toString());
    }
    text.append(String.join(",\n", lines)).append("},\n \"shared\": {\n");
    SortedMap<String, JsonNode> sorted = new TreeMap<>();
    shared.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
    text.append(
        String.join(
            ",\n",
            sorted.entrySet().stream()
                .map(e -> "  \"" + e.getKey() + "\": " + e.getValue().toString())
                .toList()));
    text.append("}}\n");
    NewFile.write(file, text.toString().getBytes(UTF_8), true, NewFile.Otherwise.CREATE);
  }

  /** The files of the archive in its order. */
  private static List<Path> content(Path folder) {
    FolderLayout layout = new FolderLayout(folder);
    List<Path> all = new ArrayList<>();
    for (String name : List.of(FolderLayout.RESULT, FolderLayout.FAILED, FolderLayout.TIMING)) {
      sorted(layout.cells()).forEach(cell -> all.add(cell.resolve(name)));
    }
    for (String name : List.of(FolderLayout.ABOUT, FolderLayout.POINTS)) {
      sorted(layout.stages()).forEach(stage -> all.add(stage.resolve(name)));
    }
    for (Path measured : List.of(layout.stageProbes(), layout.probes())) {
      sorted(measured).forEach(one -> all.addAll(sorted(one)));
    }
    // the origin of a folder is a place on one machine
    Stream.of(layout.experiment(), layout.plan(), layout.chains()).forEach(all::add);
    all.removeIf(file -> !JsonFile.isThere(file));
    return all;
  }

  private static List<Path> sorted(Path folder) {
    return Folders.contentIfThere(folder).stream().sorted().toList();
  }

  private static ObjectNode shared(ObjectNode content, ObjectNode shared) {
    for (String field : REPEATED) {
      JsonNode value = content.get(field);
      if (value != null && value.isContainerNode() && !value.isEmpty()) {
        String name = Sha256Sums.hex(value.toString().getBytes(UTF_8)).substring(0, NAME_LENGTH);
        shared.set(name, value);
        content.set(field, Json.object().put(SHARED, name));
      }
    }
    return content;
  }

  /**
   * Opens an output folder, or the archive of one.
   *
   * @throws PalimpsestException if a file is no archive, or of a later version
   */
  public static ResultArchive open(Path place) {
    return Files.isRegularFile(place)
        ? new ResultArchive(unpacked(place), true)
        : new ResultArchive(place, false);
  }

  private static Path unpacked(Path archive) {
    JsonNode content = read(archive);
    if (content.path("format").asInt() > FORMAT) {
      throw new PalimpsestException(
          "'" + archive + "' is of a later version of Palimpsest; it needs that version");
    }
    JsonNode files = content.path(FILES);
    if (!files.isObject()) {
      throw new DamagedFileException(archive, "it is no archive of results");
    }
    Path folder = temporary(archive);
    try {
      for (Map.Entry<String, JsonNode> file : files.properties()) {
        Path target = folder.resolve(file.getKey()).normalize();
        if (!target.startsWith(folder) || !(file.getValue() instanceof ObjectNode object)) {
          throw new DamagedFileException(archive, "'" + file.getKey() + "' is no file of results");
        }
        whole(archive, object, content.path(SHARED));
        createFolder(target.getParent());
        JsonFile.writeNew(target, object);
      }
      return folder;
    } catch (RuntimeException e) {
      Folders.deleteQuietly(folder);
      throw e;
    }
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new OutputException(folder, e);
    }
  }

  private static Path temporary(Path archive) {
    try {
      return Files.createTempDirectory("palimpsest-results");
    } catch (IOException e) {
      throw new OutputException(archive, e);
    }
  }

  private static JsonNode read(Path archive) {
    try {
      return Json.read(Files.readString(archive), JsonNode.class);
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          "'%s' is neither an output folder nor an archive of one: it is not JSON: %s"
              .formatted(archive, Json.why(e)),
          e);
    } catch (IOException e) {
      throw new PalimpsestException("'" + archive + "' cannot be read: " + IoReason.of(e), e);
    }
  }

  private static void whole(Path archive, ObjectNode file, JsonNode shared) {
    for (String field : REPEATED) {
      JsonNode name = file.path(field).path(SHARED);
      if (name.isTextual()) {
        JsonNode value = shared.get(name.asText());
        if (value == null) {
          throw new DamagedFileException(archive, "the shared value " + name + " is missing");
        }
        file.set(field, value);
      }
    }
  }

  /** The output folder; of an archive, a temporary one without what the archive leaves out. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    if (temporary) {
      Folders.deleteQuietly(folder);
    }
  }
}
