package io.github.palimpsest.llm.task;

import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The right choices of a record. */
public sealed interface Gold {
  /**
   * The indices of the right choices.
   *
   * @param choices the number of choices
   * @throws PalimpsestException if there is no such choice
   */
  Set<Integer> of(Map<String, @Nullable Object> record, int choices);

  /** Whether exactly one choice is right, in every record. */
  default boolean isOne() {
    return !(this instanceof Marked);
  }

  /**
   * One choice by its number.
   *
   * @param index gives a whole number from 0
   */
  record Index(TextTemplate index) implements Gold {
    @Override
    public Set<Integer> of(Map<String, @Nullable Object> record, int choices) {
      String text = index.render(record).strip();
      try {
        int gold = Integer.parseInt(text);
        if (gold >= 0 && gold < choices) {
          return Set.of(gold);
        }
      } catch (NumberFormatException e) {
        throw wrong(text, choices);
      }
      throw wrong(text, choices);
    }

    private static PalimpsestException wrong(String text, int choices) {
      return new PalimpsestException(
          "the right choice is '" + text + "', and must be from 0 to " + (choices - 1));
    }
  }

  /**
   * One choice by its label.
   *
   * @param label gives one of the labels
   * @param labels a label for each choice
   */
  record Label(TextTemplate label, Texts labels) implements Gold {
    @Override
    public Set<Integer> of(Map<String, @Nullable Object> record, int choices) {
      List<String> all = labels.of(record);
      String text = label.render(record);
      int gold = all.indexOf(text);
      if (gold < 0 || gold >= choices) {
        throw new PalimpsestException(
            "the right choice is '" + text + "', which is not a label of a choice: " + all);
      }
      return Set.of(gold);
    }
  }

  /**
   * Any number of choices.
   *
   * @param path the keys to a list with 1 for each right choice and 0 for each wrong one
   */
  record Marked(String path) implements Gold {
    @Override
    public Set<Integer> of(Map<String, @Nullable Object> record, int choices) {
      List<?> marks = Texts.list(record, path);
      List<Integer> right = new ArrayList<>();
      for (int i = 0; i < marks.size(); i++) {
        if (marks.get(i) instanceof Number mark && mark.intValue() == 1) {
          right.add(i);
        }
      }
      if (marks.size() != choices || right.isEmpty()) {
        throw new PalimpsestException(
            "'"
                + path
                + "' marks "
                + right.size()
                + " of "
                + marks.size()
                + " choices as right; "
                + choices
                + " choices are there, and at least one must be right");
      }
      return new TreeSet<>(right);
    }
  }
}
