package io.github.palimpsest.cli.terminal;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keeps what native libraries write to standard error off the terminal. TensorFlow 2.18 logs some
 * of it with no switch to turn it off, so the descriptor itself goes elsewhere and the JVM's own
 * messages take a copy of the old one.
 */
public final class NativeMessages {
  /** The property that leaves everything as it is. */
  public static final String DEBUG = "palimpsest.debug";

  private static final int STANDARD_ERROR = 2;
  private static final int WRITE_ONLY = 1;
  private static boolean diverted;

  /** The C library. */
  interface Descriptors extends Library {
    int dup(int descriptor);

    int dup2(int from, int to);

    int open(String path, int flags);

    int close(int descriptor);

    long write(int descriptor, byte[] bytes, long count);
  }

  private NativeMessages() {}

  public static boolean debug() {
    return Boolean.getBoolean(DEBUG);
  }

  /**
   * Diverts the native messages from now on. Does nothing where it was done already, where they are
   * wanted, or where the process is not the command itself.
   */
  public static synchronized void divert() {
    if (diverted || debug() || !Boolean.getBoolean("palimpsest.command")) {
      return;
    }
    diverted = true;
    Descriptors c;
    try {
      c = Native.load("c", Descriptors.class);
    } catch (UnsatisfiedLinkError e) {
      return; // another kind of system: its messages stay visible
    }
    int copy = c.dup(STANDARD_ERROR);
    int nowhere = c.open("/dev/null", WRITE_ONLY);
    if (copy < 0 || nowhere < 0) {
      return;
    }
    System.setErr(new PrintStream(new Descriptor(c, copy), true, StandardCharsets.UTF_8));
    c.dup2(nowhere, STANDARD_ERROR);
    c.close(nowhere);
  }

  /** Writes to a descriptor by its number. */
  private static final class Descriptor extends OutputStream {
    private final Descriptors c;
    private final int number;

    Descriptor(Descriptors c, int number) {
      this.c = c;
      this.number = number;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      int done = 0;
      while (done < length) {
        byte[] rest = Arrays.copyOfRange(bytes, from + done, from + length);
        long n = c.write(number, rest, rest.length);
        if (n <= 0) {
          return; // nobody reads standard error any more
        }
        done += (int) n;
      }
    }
  }
}
