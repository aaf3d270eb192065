package io.github.palimpsest.execution;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.Locale;

/**
 * The part of a plan that a run does.
 *
 * @param kind which part
 * @param id the id of the stage or cell; empty for other parts
 */
public record Assignment(Kind kind, String id) {
  /** Everything, until all cells have a result or have failed. */
  public static final Assignment ALL = new Assignment(Kind.ALL, "");

  /** What comes before training. */
  public static final Assignment CHECK = new Assignment(Kind.CHECK, "");

  /** Which part of a plan a run does. */
  public enum Kind {
    /** Every cell. */
    ALL,
    /**
     * Model and data are opened, and the results of finished cells are brought up to date; nothing
     * is trained.
     */
    CHECK,
    /** One stage is trained, after those before it if they are missing. */
    STAGE,
    /** One cell gets its result; what is missing for it is trained. */
    CELL
  }

  /** The training of a stage. */
  public static Assignment stage(String id) {
    return new Assignment(Kind.STAGE, id);
  }

  /** The result of a cell. */
  public static Assignment cell(String id) {
    return new Assignment(Kind.CELL, id);
  }

  /**
   * Reads the text of {@link #toString}.
   *
   * @throws PalimpsestException if it is none
   */
  public static Assignment parse(String text) {
    String[] parts = text.split(":", 2);
    for (Kind kind : Kind.values()) {
      boolean named = List.of(Kind.STAGE, Kind.CELL).contains(kind);
      if (name(kind).equals(parts[0]) && named == (parts.length == 2)) {
        return new Assignment(kind, named ? parts[1] : "");
      }
    }
    throw new PalimpsestException(
        "'" + text + "' is no assignment: all, check, stage:ID or cell:ID");
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return id.isEmpty() ? name(kind) : name(kind) + ":" + id;
  }
}
