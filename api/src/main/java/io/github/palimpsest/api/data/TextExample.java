package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link DataFormat} makes of a record, still as text: what is read, and what is learned
 * from it.
 *
 * <p>The host learns each target with all text before it as its context. It leaves out, and counts,
 * what cannot be learned: context after the last target, and targets that are empty or white space.
 */
@Experimental(since = "0.1")
public final class TextExample {
  private final DataFormat.Gives gives;
  private final List<Part> parts;
  private final Optional<String> field;
  private final Optional<Choice> choice;

  private TextExample(
      DataFormat.Gives gives, List<Part> parts, Optional<String> field, Optional<Choice> choice) {
    this.gives = gives;
    this.parts = List.copyOf(parts);
    this.field = field;
    this.choice = choice;
  }

  /** What is done with a part of the text. */
  public enum Role {
    /** Read and not learned. Context after the last target is left out and counted as a turn. */
    CONTEXT,
    /** Learned. Where it is empty or white space it is left out and counted as an empty turn. */
    TARGET,
    /** Learned. Where it is empty or white space the whole record is dropped and counted. */
    REQUIRED_TARGET
  }

  /** A part of the text. */
  public static final class Part {
    private final Role role;
    private final String text;

    private Part(Role role, String text) {
      this.role = role;
      this.text = text;
    }

    /** What is done with it. */
    public Role role() {
      return role;
    }

    /** The text as it is tokenised, white space included. */
    public String text() {
      return text;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Part o && role == o.role && text.equals(o.text);
    }

    @Override
    public int hashCode() {
      return Objects.hash(role, text);
    }

    @Override
    public String toString() {
      return role + " '" + text + "'";
    }
  }

  /** A question with answers to choose from. */
  public static final class Choice {
    private final String context;
    private final List<String> candidates;
    private final int gold;

    private Choice(String context, List<String> candidates, int gold) {
      this.context = context;
      this.candidates = List.copyOf(candidates);
      this.gold = gold;
    }

    /** The question, with whatever leads to the answer. */
    public String context() {
      return context;
    }

    /** The answers, at least two, none empty. */
    public List<String> candidates() {
      return candidates;
    }

    /** The place of the right answer, from 0. */
    public int gold() {
      return gold;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Choice o
          && context.equals(o.context)
          && candidates.equals(o.candidates)
          && gold == o.gold;
    }

    @Override
    public int hashCode() {
      return Objects.hash(context, candidates, gold);
    }

    @Override
    public String toString() {
      return "'" + context + "' " + candidates + ", right is " + gold;
    }
  }

  /**
   * One answer to one context; without an answer there is nothing to learn.
   *
   * @param context what is given: a prompt as it stands
   * @param answer what is learned
   */
  public static TextExample answer(String context, String answer) {
    return turns().context(context).last(answer);
  }

  /** A text that is learned from its beginning, without an end of its own. */
  public static TextExample text(String text) {
    return new TextExample(
        DataFormat.Gives.TEXT,
        List.of(new Part(Role.REQUIRED_TARGET, text)),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The text that a record has at a key, white space at its ends left out, learned from its
   * beginning. The host leaves a long one in its file.
   */
  public static TextExample textAt(String key) {
    return new TextExample(DataFormat.Gives.TEXT, List.of(), Optional.of(key), Optional.empty());
  }

  /**
   * A question with answers to choose from.
   *
   * @param context the question, with whatever leads to the answer
   * @param candidates the answers, at least two, none empty
   * @param gold the place of the right one, from 0
   * @throws PalimpsestException if there are fewer than two candidates, one is empty, or none is at
   *     {@code gold}
   */
  public static TextExample choice(String context, List<String> candidates, int gold) {
    if (candidates.size() < 2 || candidates.contains("")) {
      throw new PalimpsestException(
          "a choice needs at least 2 candidates that are not empty, not " + candidates);
    }
    if (gold < 0 || gold >= candidates.size()) {
      throw new PalimpsestException(
          "the right candidate must be from 0 to " + (candidates.size() - 1) + ", not " + gold);
    }
    return new TextExample(
        DataFormat.Gives.CHOICES,
        List.of(),
        Optional.empty(),
        Optional.of(new Choice(context, candidates, gold)));
  }

  /** Begins an example of several turns. */
  public static Turns turns() {
    return new Turns();
  }

  /** What is read and learned in turn. */
  public static final class Turns {
    private final List<Part> parts = new ArrayList<>();

    private Turns() {}

    /** Text that is read and not learned: a turn of somebody else, with its label. */
    public Turns context(String text) {
      parts.add(new Part(Role.CONTEXT, text));
      return this;
    }

    /** An answer; where it is empty it is passed over, counted, and the rest is learned. */
    public Turns target(String text) {
      parts.add(new Part(Role.TARGET, text));
      return this;
    }

    /** The answer that the record is about; where it is empty the record is dropped and counted. */
    public TextExample last(String text) {
      parts.add(new Part(Role.REQUIRED_TARGET, text));
      return end();
    }

    /** The example. */
    public TextExample end() {
      return new TextExample(DataFormat.Gives.ANSWERS, parts, Optional.empty(), Optional.empty());
    }
  }

  /** What it is. */
  public DataFormat.Gives gives() {
    return gives;
  }

  /** What is read and learned in turn; none for a choice, or where {@link #field} is the text. */
  public List<Part> parts() {
    return parts;
  }

  /** The key of the record whose text is learned, where it is the text of one key. */
  public Optional<String> field() {
    return field;
  }

  /** The question, where it is one. */
  public Optional<Choice> choice() {
    return choice;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextExample o
        && gives == o.gives
        && parts.equals(o.parts)
        && field.equals(o.field)
        && choice.equals(o.choice);
  }

  @Override
  public int hashCode() {
    return Objects.hash(gives, parts, field, choice);
  }

  @Override
  public String toString() {
    String content =
        choice.map(Choice::toString).or(() -> field.map(f -> "at " + f)).orElse("" + parts);
    return gives + " " + content;
  }
}
