package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The example that a {@link DataFormat} makes from a record, still as text: the text to read and
 * the text to learn.
 *
 * <p>The model learns each target with all text before it as its context. The host leaves out and
 * counts text that cannot be learned: context after the last target, and targets that are empty or
 * white space.
 */
@Experimental(since = "0.1")
public final class TextExample {
  private final DataFormat.Gives gives;
  private final List<Part> parts;
  private final Optional<String> field;
  private final Optional<Choice> choice;
  private final Optional<String> rest;

  private TextExample(
      DataFormat.Gives gives, List<Part> parts, Optional<String> field, Optional<Choice> choice) {
    this(gives, parts, field, choice, Optional.empty());
  }

  private TextExample(
      DataFormat.Gives gives,
      List<Part> parts,
      Optional<String> field,
      Optional<Choice> choice,
      Optional<String> rest) {
    this.gives = gives;
    this.parts = List.copyOf(parts);
    this.field = field;
    this.choice = choice;
    this.rest = rest;
  }

  /** The use of a part of the text. */
  public enum Role {
    /** Read and not learned. Context after the last target is left out and counted as a turn. */
    CONTEXT,
    /** Learned. If it is empty or white space, it is left out and counted as an empty turn. */
    TARGET,
    /** Learned. If it is empty or white space, the whole record is dropped and counted. */
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

    /** The use of this part. */
    public Role role() {
      return role;
    }

    /** The text to tokenise, including white space. */
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

    /** The question, with all text before the answer. */
    public String context() {
      return context;
    }

    /** The answers, at least two, none empty. */
    public List<String> candidates() {
      return candidates;
    }

    /** The index of the right answer, from 0. */
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
   * One answer to one context. A record with an empty answer is dropped.
   *
   * @param context the complete prompt
   * @param answer the text to learn
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
   * The text of a record at a key, without white space at its ends, learned from its beginning. The
   * host leaves a long text in its file.
   */
  public static TextExample textAt(String key) {
    return new TextExample(DataFormat.Gives.TEXT, List.of(), Optional.of(key), Optional.empty());
  }

  /**
   * A question with answers to choose from.
   *
   * @param context the question, with all text before the answer
   * @param candidates the answers, at least two, none empty
   * @param gold the index of the right one, from 0
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

  /** The parts of the text, in order. */
  public static final class Turns {
    private final List<Part> parts = new ArrayList<>();

    private Turns() {}

    /** Adds text to read and not to learn: a turn of another speaker, with its label. */
    public Turns context(String text) {
      parts.add(new Part(Role.CONTEXT, text));
      return this;
    }

    /** Adds an answer. If it is empty, it is skipped and counted, and the rest is learned. */
    public Turns target(String text) {
      parts.add(new Part(Role.TARGET, text));
      return this;
    }

    /** Adds the main answer of the record. If it is empty, the record is dropped and counted. */
    public TextExample last(String text) {
      parts.add(new Part(Role.REQUIRED_TARGET, text));
      return end();
    }

    /** The example. */
    public TextExample end() {
      return new TextExample(DataFormat.Gives.ANSWERS, parts, Optional.empty(), Optional.empty());
    }

    /**
     * The example as a complete text, such as one that a chat template wrote: it already has the
     * tokens that begin the text and end each answer. The host tokenises all parts and the rest as
     * one text and adds no token.
     *
     * @param rest the text after the last part; it is read, not learned, and not counted as a turn
     */
    public TextExample complete(String rest) {
      return new TextExample(
          DataFormat.Gives.ANSWERS, parts, Optional.empty(), Optional.empty(), Optional.of(rest));
    }
  }

  /** The kind of this example. */
  public DataFormat.Gives gives() {
    return gives;
  }

  /** The parts of the text, in order; none for a choice, or if {@link #field} is the text. */
  public List<Part> parts() {
    return parts;
  }

  /** The key of the record whose text is learned, if the example is the text of one key. */
  public Optional<String> field() {
    return field;
  }

  /** The text after the last part, if the example is a complete text. */
  public Optional<String> rest() {
    return rest;
  }

  /** The question, if the example is one. */
  public Optional<Choice> choice() {
    return choice;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextExample o
        && gives == o.gives
        && parts.equals(o.parts)
        && field.equals(o.field)
        && choice.equals(o.choice)
        && rest.equals(o.rest);
  }

  @Override
  public int hashCode() {
    return Objects.hash(gives, parts, field, choice, rest);
  }

  @Override
  public String toString() {
    String content =
        choice.map(Choice::toString).or(() -> field.map(f -> "at " + f)).orElse("" + parts);
    return gives + " " + content + rest.map(r -> ", rest '" + r + "'").orElse("");
  }
}
