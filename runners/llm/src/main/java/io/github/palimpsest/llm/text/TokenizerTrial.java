package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.NativeResource;
import com.google.gson.Gson;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/**
 * Tries a tokenizer in a separate process. A panic of the native library ends its process and
 * cannot be caught, so tokenizers with unusual parts are tried before they are loaded. A trial
 * takes about a second, once in a process for each tokenizer.
 */
final class TokenizerTrial {
  /** The start of a virtual machine is most of a trial; this limit allows for busy machines. */
  private static final long MOST_SECONDS = 120;

  private static final String STARTED = "the trial begins";
  private static final String PASSED = "the tokenizer works";
  private static final String PANIC = "panicked at";

  /** A class of each JAR that a trial needs. */
  private static final List<Class<?>> NEEDED =
      List.of(
          TokenizerTrial.class,
          PalimpsestException.class,
          HuggingFaceTokenizer.class,
          NativeResource.class,
          Gson.class,
          Logger.class);

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          " ",
          "Hello, world! 1234567890 it's\n\n\tA  B   c_d-e/f\r\n",
          "\u00e9 e\u0301 \u00df \u03a9 \u0416 \u05d0 \u0639 \u0e01 \u3042 \u4e2d \uac00 \uff21",
          "\ud83d\ude00 \ud83d\udc69\u200d\ud83d\udcbb \u0000\u0001\u007f\u00a0\u2028\ufeff\uffff",
          "a".repeat(64) + "!");

  private static final ReentrantLock LOCK = new ReentrantLock();

  /** The last tokenizer that passed. */
  private static byte[] passed = new byte[0];

  private TokenizerTrial() {}

  /**
   * Tries a tokenizer.
   *
   * @param json the content that native code will receive
   * @throws PalimpsestException if it fails, ends the process that tries it, or does not answer, or
   *     if such a process does not find the classes
   */
  static void require(Path file, byte[] json) {
    require(file, json, classPath());
  }

  static void require(Path file, byte[] json, String classPath) {
    LOCK.lock();
    try {
      if (!Arrays.equals(passed, json)) {
        String said = run(json, classPath);
        int started = said.indexOf(STARTED);
        if (started < 0) {
          throw new PalimpsestException(notTried(file, said, classPath));
        }
        if (!said.strip().endsWith(PASSED)) {
          throw new PalimpsestException(
              file
                  + " is not a tokenizer that can be used: "
                  + reason(said.substring(started + STARTED.length())));
        }
        passed = json.clone();
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          file + ": no process can be started to try this tokenizer: " + e.getMessage(), e);
    } finally {
      LOCK.unlock();
    }
  }

  private static String notTried(Path file, String said, String classPath) {
    String first =
        said.lines()
            .filter(line -> !line.isBlank() && !line.startsWith("Picked up "))
            .findFirst()
            .orElse("it ended without a word");
    return file
        + " has parts that can end the process in which its library reads them, so another JVM"
        + " tries it first. That JVM did not start: "
        + first
        + " (class path: "
        + classPath
        + "). If this program is a JAR with JARs inside it, such as Spring Boot's executable JAR, no"
        + " class path reaches the classes in them: unpack it and start it from its files, or use"
        + " this tokenizer with the command 'palimpsest'";
  }

  /** The relevant line of what the process says once it has started. */
  private static String reason(String said) {
    List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).contains(PANIC)) {
        return "the native library gave up: " + lines.get(i + 1);
      }
    }
    return lines.isEmpty() ? "the native library ended without a word" : lines.get(0);
  }

  private static String run(byte[] json, String classPath) throws IOException {
    Path folder = Files.createTempDirectory("palimpsest-tokenizer");
    Path input = folder.resolve("tokenizer.json");
    Path output = folder.resolve("output.txt");
    try {
      Files.write(input, json);
      Process process =
          new ProcessBuilder(
                  JavaCommand.of(TokenizerTrial.class.getName(), List.of(input.toString()))
                      .on(classPath)
                      .with("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                      .with("-XX:ErrorFile=" + folder.resolve("crash.txt"))
                      .words())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
          return STARTED + "\nno answer within " + MOST_SECONDS + " seconds";
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return STARTED + "\ninterrupted while it was tried";
      } finally {
        process.destroyForcibly();
      }
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } finally {
      for (File left : folder.toFile().listFiles()) {
        Files.deleteIfExists(left.toPath());
      }
      Files.deleteIfExists(folder);
    }
  }

  /** The class path of this process, and the code that another class loader may have loaded. */
  private static String classPath() {
    Set<String> paths = new LinkedHashSet<>();
    for (Class<?> needed : NEEDED) {
      CodeSource source = needed.getProtectionDomain().getCodeSource();
      if (source != null) {
        try {
          paths.add(Path.of(source.getLocation().toURI()).toString());
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
          continue; // not a file; the class path of this process may have it
        }
      }
    }
    paths.add(System.getProperty("java.class.path"));
    return String.join(File.pathSeparator, paths);
  }

  /** The trial: loads a tokenizer, encodes texts, decodes every token. */
  public static void main(String[] args) throws IOException {
    byte[] json = Files.readAllBytes(Path.of(args[0]));
    System.out.println(STARTED); // whatever is missing of NEEDED has ended this process before
    try (NativeTokenizer tokenizer = new NativeTokenizer(Path.of("it"), json)) {
      for (String text : TEXTS) {
        for (boolean special : new boolean[] {false, true}) {
          tokenizer.decode(tokenizer.encode(text, special), false);
        }
      }
      System.out.println(PASSED);
    } catch (PalimpsestException e) {
      System.out.println(e.getMessage());
    }
  }
}
