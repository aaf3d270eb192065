package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The surroundings of the process. Java decodes arguments and encodes file names by the locale's
 * charset and replaces what does not fit with a question mark, without a word; the launcher sees to
 * a locale of UTF-8, and a Java that was started otherwise is refused what it would get wrong.
 */
final class Environment {
  private static final String REMEDY = ": set the environment variable LC_ALL=C.UTF-8";
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Environment() {}

  /** Gives libraries a home folder where Java found none: they would unpack into this folder. */
  static void findHome() {
    if (!Path.of(System.getProperty("user.home", "?")).isAbsolute()) {
      String home = System.getenv().getOrDefault("HOME", "");
      boolean usable = !home.isEmpty() && Files.isDirectory(Path.of(home));
      System.setProperty("user.home", usable ? home : System.getProperty("java.io.tmpdir"));
    }
  }

  /** The charset of arguments and file names. */
  private static Charset charset() {
    String name = System.getProperty("sun.jnu.encoding", "");
    return Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
  }

  /**
   * Checks that the arguments were decoded as they were given, where the system can tell.
   *
   * @throws PalimpsestException if they were not
   */
  static void checkArguments() {
    if (Files.isReadable(COMMAND_LINE)) {
      try {
        check(Files.readAllBytes(COMMAND_LINE), charset());
      } catch (IOException e) {
        return; // a process is not bound to tell
      }
    }
  }

  /**
   * Checks the bytes of a command line, whose arguments end in a byte 0.
   *
   * @throws PalimpsestException if they are not text in the charset
   */
  static void check(byte[] commandLine, Charset charset) {
    try {
      charset.newDecoder().decode(ByteBuffer.wrap(commandLine));
    } catch (CharacterCodingException e) {
      String all = new String(commandLine, StandardCharsets.UTF_8);
      String first = "";
      for (String argument : all.split("\0")) {
        if (first.isEmpty() && !StandardCharsets.US_ASCII.newEncoder().canEncode(argument)) {
          first = argument;
        }
      }
      throw new PalimpsestException(
          "the argument '"
              + first
              + "' is not text in the locale's charset, "
              + charset
              + (charset.equals(StandardCharsets.UTF_8) ? "" : REMEDY));
    }
  }

  /** Why a text cannot be a file name here. */
  static String message(InvalidPathException e) {
    boolean unmappable = !charset().newEncoder().canEncode(e.getInput());
    return "'"
        + e.getInput()
        + "' cannot be a file name: "
        + (unmappable
            ? "the locale's charset, " + charset() + ", does not have its characters" + REMEDY
            : e.getReason());
  }

  /** Whether the terminal, if there is one, takes no escape sequences. */
  static boolean dumbTerminal() {
    String term = System.getenv().getOrDefault("TERM", "");
    return term.isEmpty() || term.equals("dumb");
  }
}
