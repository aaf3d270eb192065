package io.github.palimpsest.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.parameter.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Golden vectors: from the folder in the system property {@code golden.dir}, or else the copy in
 * the test resources. Each file that a test reads gets a line in the file that the system property
 * {@code golden.log} names, so that a file that no test reads is found.
 */
public final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /** The root folder of the golden vectors; may lie inside a JAR. */
  public static Path root() {
    String given = System.getProperty("golden.dir", "");
    if (!given.isBlank()) {
      Path folder = Path.of(given);
      if (!Files.isDirectory(folder)) {
        throw new IllegalStateException("golden.dir '" + given + "' is not a folder");
      }
      return folder;
    }
    try {
      URI uri = Golden.class.getResource("/golden").toURI();
      return uri.getScheme().equals("jar") ? insideJar(uri) : Path.of(uri);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized Path insideJar(URI uri) throws IOException {
    FileSystem files;
    try {
      files = FileSystems.newFileSystem(uri, Map.of());
    } catch (FileSystemAlreadyExistsException e) {
      files = FileSystems.getFileSystem(uri);
    }
    return files.getPath("/golden");
  }

  /** The files of a folder with one extension, sorted; paths relative to the root. */
  public static List<String> files(String folder, String extension) {
    try (Stream<Path> found = Files.list(root().resolve(folder))) {
      return found
          .map(p -> folder + "/" + p.getFileName())
          .filter(n -> n.endsWith(extension))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folders in a folder, sorted; paths relative to the root. */
  public static List<String> folders(String folder) {
    try (Stream<Path> found = Files.list(root().resolve(folder))) {
      return found
          .filter(Files::isDirectory)
          .map(p -> folder + "/" + p.getFileName().toString().replace("/", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a JSON file; path relative to the root. */
  public static JsonNode json(String path) {
    try {
      return JSON.readTree(read(root().resolve(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a JSON file of a module's own test resources, such as {@code /papers/mergers.json}. */
  public static JsonNode own(String resource) {
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a file or folder out of the golden vectors, for code that needs a real file. */
  public static Path copy(String path, Path target) {
    Path from = root().resolve(path);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path p : all.toList()) {
        Path to = target.resolve(from.relativize(p).toString());
        if (Files.isDirectory(p)) {
          Files.createDirectories(to);
        } else {
          if (to.getParent() != null) {
            Files.createDirectories(to.getParent());
          }
          Files.write(to, read(p));
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    String log = System.getProperty("golden.log", "");
    if (!log.isBlank()) {
      Path list = Path.of(log);
      Files.createDirectories(list.toAbsolutePath().getParent());
      Files.writeString(
          list,
          root().relativize(file).toString() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    return Files.readAllBytes(file);
  }

  /** The values of a tensor {@code {shape, dtype, data}} as floats; null reads as NaN. */
  public static float[] floats(JsonNode tensor) {
    double[] d = doubles(tensor);
    float[] f = new float[d.length];
    for (int i = 0; i < d.length; i++) {
      f[i] = (float) d[i];
    }
    return f;
  }

  /** The values of a tensor {@code {shape, dtype, data}}, or of a plain array, as doubles. */
  public static double[] doubles(JsonNode tensor) {
    JsonNode data = tensor.isArray() ? tensor : tensor.get("data");
    double[] d = new double[data.size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = data.get(i).isNull() ? Double.NaN : data.get(i).asDouble();
    }
    return d;
  }

  /** The shape of a tensor. */
  public static Shape shape(JsonNode tensor) {
    long[] dims = new long[tensor.get("shape").size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = tensor.get("shape").get(i).asLong();
    }
    return Shape.of(dims);
  }
}
