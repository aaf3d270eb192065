package io.github.palimpsest.llm.text;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Optional;

/**
 * Records that are generated, not read from a file.
 *
 * @param name the name of the records, for people
 * @param all the records, each with its number
 */
public record MadeRecords(String name, List<JsonRecord> all) implements RecordSource {
  /** Generates the records of tasks, each task with a held-out part. */
  public interface Generator {
    /** The scheme at the beginning of its names: {@code SCHEME:NAME}. */
    String scheme();

    /** The names of its tasks. */
    List<String> names();

    /** Whether the records come from files; if not, they cost nothing. */
    boolean readsFiles();

    /**
     * The training records of a task.
     *
     * @param name one of {@link #names}
     */
    MadeRecords training(String name);

    /**
     * The evaluation records of a task.
     *
     * @param name one of {@link #names}
     */
    MadeRecords heldOut(String name);
  }

  /** Copies the list. */
  public MadeRecords {
    all = List.copyOf(all);
  }

  @Override
  public boolean looksLikeText() {
    return false;
  }

  @Override
  public List<Document> texts(String separator, long most) {
    throw new PalimpsestException(name + " has records, and is no plain text");
  }

  @Override
  public List<JsonRecord> records(Optional<RowFilter> filter, long most) {
    if (filter.isPresent()) {
      throw RowFilter.problem(filter.get().condition(), name + ": made data cannot be filtered");
    }
    return all.subList(0, (int) Math.min(most, all.size()));
  }

  @Override
  public String toString() {
    return name;
  }
}
