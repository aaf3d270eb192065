package io.github.palimpsest.llm.jinja;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A template that has been read, to be rendered any number of times by any number of threads. */
public final class Template {
  /** The largest number of steps of a rendering. */
  public static final long MAX_STEPS = 2_000_000;

  /** The characters that a rendering may make, copy and search, in addition to its share. */
  public static final long MAX_TEXT = 20_000_000;

  /** The times that a rendering may go through the text of its values. */
  public static final long TEXT_SHARE = 200;

  private static final int MAX_SOURCE = 1 << 20;

  private final String name;
  private final Statement body;
  private final boolean generation;

  private Template(String name, Statement body, boolean generation) {
    this.name = name;
    this.body = body;
    this.generation = generation;
  }

  /** The date of {@code strftime_now}. */
  @FunctionalInterface
  interface Date {
    LocalDate of();
  }

  /**
   * Reads a template.
   *
   * @param name its name in messages
   * @throws TemplateException if it is malformed, too long, or uses a tag, filter or test that
   *     there is not; names the line
   */
  public static Template parse(String name, String source) {
    if (source.length() > MAX_SOURCE) {
      throw new TemplateException(
          name + " has " + source.length() + " characters, more than " + MAX_SOURCE);
    }
    StatementParser parser = new StatementParser(new TokenStream(name, Lexer.tokens(name, source)));
    Statement body = parser.all();
    return new Template(name, body, parser.hasGeneration());
  }

  /** Whether the template marks what a model generates, with {@code generation} tags. */
  public boolean marksGeneration() {
    return generation;
  }

  /**
   * Renders the template.
   *
   * @param values the variables: values as of JSON, which are copied
   * @param date the date of {@code strftime_now}
   * @throws TemplateException if the template raises an error, does what its values do not allow,
   *     or needs more than its share of steps, text or nesting; names the line
   */
  public Rendered render(Map<String, ?> values, LocalDate date) {
    return render(values, date, false);
  }

  /**
   * Renders the template as Jinja does with {@code StrictUndefined}: printing a name, key or item
   * that is not there is an error.
   *
   * @throws TemplateException as {@link #render}
   */
  public String renderStrictly(Map<String, ?> values) {
    return render(values, LocalDate.EPOCH, true).text();
  }

  private Rendered render(Map<String, ?> values, LocalDate date, boolean strict) {
    Map<String, Object> copies = new HashMap<>();
    values.forEach((key, value) -> copies.put(key, Values.of(value)));
    long size = size(copies);
    Rendition rendition =
        new Rendition(
            new Budget(MAX_STEPS + size, MAX_TEXT + TEXT_SHARE * size),
            Library.functions(() -> date),
            strict);
    Frame frame = new Frame(rendition);
    copies.forEach(frame::set);
    try {
      body.run(frame.inner());
    } catch (TemplateException e) {
      throw e.at(name, 1);
    }
    return new Rendered(rendition.output().text(), rendition.spans());
  }

  /** The characters and items of a value. */
  private static long size(@Nullable Object value) {
    if (value instanceof String s) {
      return s.length();
    }
    long size = 1;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> e : map.entrySet()) {
        size += size(e.getKey()) + size(e.getValue());
      }
    } else if (value instanceof Iterable<?> items) {
      for (Object item : items) {
        size += size(item);
      }
    }
    return size;
  }
}
