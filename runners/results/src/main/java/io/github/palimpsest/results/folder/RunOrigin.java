package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.palimpsest.storage.OutputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an output folder was made, as {@code origin.json} in it: what a later command needs to look
 * at its cells again, and what the report prints as the command of a cell.
 *
 * @param file the experiment file as it was given
 * @param directory where it was given, so that a relative name can be found again
 * @param variables values in place of those that the file declares
 * @param options more options of the run: device and plugins
 */
public record RunOrigin(
    String file,
    String directory,
    @JsonProperty("set") Map<String, String> variables,
    List<String> options) {
  /** Copies the collections. */
  public RunOrigin {
    JsonFile.required(file, "file");
    JsonFile.required(directory, "directory");
    variables = JsonFile.map(variables);
    options = JsonFile.list(options);
  }

  /**
   * Notes it in an output folder.
   *
   * @throws OutputException if it cannot be written
   */
  public void write(Path folder) {
    JsonFile.writePrivate(new FolderLayout(folder).origin(), this); // variables can be anything
  }

  /** Reads it; empty if the folder was made without. */
  public static Optional<RunOrigin> of(Path folder) {
    Path file = new FolderLayout(folder).origin();
    return Files.isRegularFile(file)
        ? Optional.of(JsonFile.read(file, RunOrigin.class))
        : Optional.empty();
  }

  /** The arguments that name the experiment: file, variables, options. */
  public List<String> arguments() {
    List<String> all = new ArrayList<>();
    all.add(file);
    variables.forEach((name, value) -> all.addAll(List.of("--set", name + "=" + value)));
    all.addAll(options);
    return all;
  }
}
