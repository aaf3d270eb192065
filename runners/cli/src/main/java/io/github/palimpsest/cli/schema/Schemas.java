package io.github.palimpsest.cli.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.UnknownNameException;
import io.github.palimpsest.experiment.file.ExperimentFile;
import io.github.palimpsest.results.folder.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The JSON Schemas of experiment files and of what each command prints with {@code --json}. Those
 * of commands are resources of this package, {@code NAME.schema.json}.
 */
public final class Schemas {
  /** The schema of experiment files. */
  public static final String EXPERIMENT = "experiment";

  /** Commands that print what another one prints. */
  private static final Map<String, String> SAME = Map.of("run", "report");

  private static final List<String> FILES =
      List.of(
          "bench-coverage",
          "bench-growth",
          "bench-memory",
          "bench-optimizers",
          "bench-simulate",
          "bench-step",
          "bench-strategies",
          "classify",
          "describe",
          "doctor",
          "evaluate",
          "generate",
          "list",
          "plan",
          "probe",
          "query",
          "report",
          "score",
          "status",
          "tasks",
          "train",
          "verify",
          "why-different");

  private Schemas() {}

  /** The names of all schemas: {@code experiment}, and the commands, as {@link #name} has them. */
  public static List<String> names() {
    TreeSet<String> all = new TreeSet<>(FILES);
    all.addAll(SAME.keySet());
    all.add(EXPERIMENT);
    return List.copyOf(all);
  }

  /**
   * The name of a command's schema.
   *
   * @param command the command with its parents, for example {@code palimpsest bench step}
   */
  public static String name(String command) {
    return command.substring(command.indexOf(' ') + 1).replace(' ', '-');
  }

  /**
   * A schema.
   *
   * @throws UnknownNameException if there is none of that name
   */
  public static JsonNode of(String name) {
    if (name.equals(EXPERIMENT)) {
      return ExperimentFile.schema();
    }
    String file = SAME.getOrDefault(name, name);
    if (!FILES.contains(file)) {
      throw UnknownNameException.of("schema", name, names());
    }
    try (InputStream in = Schemas.class.getResourceAsStream(file + ".schema.json")) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks the schema " + file);
      }
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), JsonNode.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema " + file + " is not JSON", e);
    } catch (IOException e) {
      throw new IllegalStateException("the schema " + file + " cannot be read", e);
    }
  }
}
