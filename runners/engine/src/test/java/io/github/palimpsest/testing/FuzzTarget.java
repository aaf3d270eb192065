package io.github.palimpsest.testing;

import io.github.palimpsest.api.PalimpsestException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * A parser that is tried with broken inputs.
 *
 * @param name what it reads; chooses the inputs
 * @param inputs how many it is given in a run of all tests
 * @param seeds inputs from which others are made
 * @param valid how many of the seeds, the first ones, must be read
 * @param parser what is tried
 */
public record FuzzTarget(String name, int inputs, List<byte[]> seeds, int valid, Parser parser) {

  /** Reads an input, and what can only be known by using what was read. */
  @FunctionalInterface
  public interface Parser {
    /** Throws {@link PalimpsestException} where the input is refused. */
    void read(byte[] input) throws Exception;
  }

  /** Copies the list. */
  public FuzzTarget {
    seeds = List.copyOf(seeds);
  }

  /** A parser that must read its seeds. */
  public FuzzTarget(String name, int inputs, List<byte[]> seeds, Parser parser) {
    this(name, inputs, seeds, seeds.size(), parser);
  }

  /** A parser that must read its seeds, which are texts. */
  public static FuzzTarget of(String name, int inputs, Parser parser, String... seeds) {
    return new FuzzTarget(
        name,
        inputs,
        Stream.of(seeds).map(s -> s.getBytes(StandardCharsets.UTF_8)).toList(),
        parser);
  }

  /** The input as a text; bytes that are no UTF-8 become U+FFFD. */
  public static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  /** With more seeds, which may be refused. */
  FuzzTarget with(List<byte[]> more) {
    return new FuzzTarget(
        name, inputs, Stream.concat(seeds.stream(), more.stream()).toList(), valid, parser);
  }

  /** The name as that of a file. */
  String fileName() {
    return name.replaceAll("[^A-Za-z0-9._]+", "-");
  }
}
