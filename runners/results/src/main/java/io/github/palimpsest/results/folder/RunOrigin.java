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
 * The origin of an output folder, in its {@code origin.json}. A later command needs it to inspect
 * the cells again, and the report prints it as the command of a cell.
 *
 * @param file the experiment file, as the user gave it
 * @param directory the working directory of the command, to resolve a relative name later
 * @param variables the values that replace the values of the file
 * @param options other options of the run: device and plugins
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
   * Writes it to an output folder.
   *
   * @throws OutputException if it cannot be written
   */
  public void write(Path folder) {
    JsonFile.writeSealed(new FolderLayout(folder).origin(), this);
  }

  /** Reads the origin of a folder; empty if the folder has none. */
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
