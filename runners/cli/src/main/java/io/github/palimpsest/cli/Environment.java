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
 * The environment of the process. Java decodes arguments and encodes file names by the locale's
 * charset, and silently replaces unsupported characters with a question mark. The launcher sets a
 * UTF-8 locale. If Java was started without it, text that it would get wrong is refused.
 */
final class Environment {
  private static final String REMEDY = ": set the environment variable LC_ALL=C.UTF-8";
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Environment() {}

  /**
   * Sets a home folder for libraries if Java found none; they would unpack into the current one.
   */
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
   * Checks that the arguments were decoded correctly, if the system provides their bytes.
   *
   * @throws PalimpsestException if they were not
   */
  static void checkArguments() {
    if (Files.isReadable(COMMAND_LINE)) {
      try {
        check(Files.readAllBytes(COMMAND_LINE), charset());
      } catch (IOException e) {
        return; // not every system provides them
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

  /** The error for a text that cannot be a file name here. */
  static String message(InvalidPathException e) {
    boolean unmappable = !charset().newEncoder().canEncode(e.getInput());
    return "'"
        + e.getInput()
        + "' cannot be a file name: "
        + (unmappable
            ? "the locale's charset, " + charset() + ", does not have its characters" + REMEDY
            : e.getReason());
  }

  /** Whether there is a terminal that does not understand escape sequences. */
  static boolean dumbTerminal() {
    String term = System.getenv().getOrDefault("TERM", "");
    return term.isEmpty() || term.equals("dumb");
  }
}
