package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.Folders;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run says of itself while it works on an output folder, as {@code work/run-PID.json}. The
 * note of a process that is gone says that it died.
 *
 * @param json the note as it was written
 */
public record RunNote(JsonNode json) {
  /** How the name of a note begins. */
  public static final String PREFIX = "run-";

  /** The notes in an output folder. */
  public static List<RunNote> all(FolderLayout folder) {
    List<RunNote> notes = new ArrayList<>();
    for (Path file : files(folder)) {
      read(file).ifPresent(notes::add);
    }
    return notes;
  }

  /** Whether any run is there. */
  public static boolean any(FolderLayout folder) {
    return all(folder).stream().anyMatch(RunNote::alive);
  }

  /** Takes away the notes of processes that are gone. */
  public static void forgetTheDead(FolderLayout folder) {
    for (Path file : files(folder)) {
      read(file).filter(note -> !note.alive()).ifPresent(note -> Folders.deleteQuietly(file));
    }
  }

  /** A note; empty if its run has just ended. Of a damaged one, what its name says. */
  private static Optional<RunNote> read(Path file) {
    try {
      ObjectNode note = JsonFile.read(file);
      return Optional.of(note.path("pid").isIntegralNumber() ? new RunNote(note) : ofName(file));
    } catch (DamagedFileException e) {
      return Files.exists(file) ? Optional.of(ofName(file)) : Optional.empty();
    } catch (PalimpsestException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /**
   * Of a damaged note its name remains: whoever has that process number now may have written it.
   */
  private static RunNote ofName(Path file) {
    String name = file.getFileName().toString();
    String pid = name.substring(PREFIX.length()).replaceAll("\\D.*", "");
    ObjectNode note = JsonFile.object().put("pid", pid).put("doing", "its note is damaged");
    ProcessHandle.of(note.path("pid").asLong())
        .flatMap(p -> p.info().startInstant())
        .ifPresent(t -> note.put("process_started", t.toString()));
    return new RunNote(note);
  }

  private static List<Path> files(FolderLayout folder) {
    if (!Files.isDirectory(folder.work())) {
      return List.of();
    }
    try (Stream<Path> content = Files.list(folder.work())) {
      return content
          .filter(
              p -> {
                String name = p.getFileName().toString();
                return name.startsWith(PREFIX) && name.endsWith(".json");
              })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new OutputException(folder.work(), e);
    }
  }

  /** Whether the process that wrote the note is there. */
  public boolean alive() {
    return ProcessHandle.of(json.path("pid").asLong())
        .filter(ProcessHandle::isAlive)
        // a process number may have gone to another since
        .filter(
            p ->
                p.info()
                    .startInstant()
                    .map(t -> json.path("process_started").asText("").equals(t.toString()))
                    .orElse(true))
        .isPresent();
  }

  /**
   * What the run is doing, in one line.
   *
   * @param recipe what to call the recipe that it works on
   */
  public String words(String recipe) {
    StringBuilder text = new StringBuilder();
    text.append("process ").append(json.path("pid").asText()).append(": ");
    if (!alive()) {
      text.append("died while ");
    }
    text.append(json.path("doing").asText("starting"));
    if (json.path("doing").asText().equals("training")) {
      text.append(" task ").append(json.path("task").asText());
    }
    if (json.has("recipe")) {
      text.append(" of ").append(recipe);
      text.append(", seed ").append(json.path("seed").asText());
    }
    if (json.has("step")) {
      text.append(", step ").append(json.path("step").asText());
      text.append(" of ").append(json.path("steps").asText());
    }
    return text.toString();
  }

  /** The canonical text of the recipe that it works on; empty before it has one. */
  public String recipe() {
    return json.path("recipe").asText();
  }

  /** The id of the cell that it works on; empty before it has one. */
  public String cell() {
    return json.path("cell").asText();
  }
}
