package io.github.palimpsest.results.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.storage.SafeMove;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The output folder of an evaluation: {@code evaluation.json} with the scores, and {@code
 * items/TASK.jsonl} with one line for each item. The scores are written last: without them, the
 * evaluation was not finished.
 *
 * @param folder the folder
 */
public record EvaluationFolder(Path folder) {
  private static final String SUMMARY = "evaluation.json";
  private static final String ITEMS = "items";

  /**
   * Makes a folder.
   *
   * @throws PalimpsestException if it has an evaluation already, or cannot be made
   */
  public static EvaluationFolder create(Path folder) {
    EvaluationFolder made = new EvaluationFolder(folder);
    if (Files.exists(made.summaryFile())) {
      throw new PalimpsestException(
          folder + " has an evaluation already; name another folder with --out");
    }
    try {
      Files.createDirectories(folder.resolve(ITEMS));
    } catch (FileAlreadyExistsException e) {
      throw new PalimpsestException("'" + e.getMessage() + "' is not a folder", e);
    } catch (IOException e) {
      throw new PalimpsestException("cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    return made;
  }

  /** The file of the scores. */
  public Path summaryFile() {
    return folder.resolve(SUMMARY);
  }

  /** The file of a task's items. */
  public Path itemFile(String task) {
    return folder.resolve(ITEMS).resolve(task + ".jsonl");
  }

  /** Writes the items of a task, all or none. */
  public void writeItems(String task, List<ItemRow> items) {
    Path file = itemFile(task);
    Path part = file.resolveSibling(task + ".part");
    try {
      try (Writer out = Files.newBufferedWriter(part)) {
        for (ItemRow item : items) {
          out.write(Json.tree(item).toString());
          out.write('\n');
        }
      }
      SafeMove.replace(part, file);
    } catch (IOException e) {
      throw new PalimpsestException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads the items of a task. */
  public List<ItemRow> readItems(String task) {
    Path file = itemFile(task);
    List<ItemRow> items = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        items.add(Json.read(line, ItemRow.class));
      }
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          file + ":" + (items.size() + 1) + ": not an item: " + Json.why(e), e);
    } catch (IOException e) {
      throw new PalimpsestException("cannot read " + file + ": " + e.getMessage(), e);
    }
    return items;
  }

  /** Writes the scores. */
  public void write(EvaluationSummary summary) {
    JsonFile.write(summaryFile(), summary);
  }

  /** Reads the scores. */
  public EvaluationSummary read() {
    return JsonFile.read(summaryFile(), EvaluationSummary.class);
  }
}
