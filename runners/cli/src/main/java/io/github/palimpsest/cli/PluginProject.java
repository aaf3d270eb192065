package io.github.palimpsest.cli;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.results.folder.Fingerprint;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A project made from the archetype's templates, like the result of {@code mvn archetype:generate}.
 * Names between two pairs of underscores and between braces are replaced, and the components of all
 * other kinds are left out.
 *
 * @param values the replacement of each name
 */
record PluginProject(Map<String, String> values) {
  /** The project's folder for the artifacts of this project that its build needs. */
  static final String REPOSITORY = "repository";

  private static final String ARCHETYPE = "/META-INF/maven/archetype-metadata.xml";
  private static final String TEMPLATES = "archetype-resources";
  private static final String KIND = "kind";
  private static final String PACKAGE = "package";
  private static final List<String> SOURCES = List.of("src/main/java/", "src/test/java/");
  private static final String GRID = "grid/";

  /** The Maven wrapper, which has no placeholders and whose script is executable. */
  private static final String WRAPPER = "mvnw";

  private static final List<String> UNCHANGED = List.of(WRAPPER, "mvnw.cmd", ".mvn/");

  /** Packages whose types a template names without the package. */
  private static final List<String> NAMED =
      List.of(
          "io.github.palimpsest.api.",
          "io.github.palimpsest.api.adapter.",
          "io.github.palimpsest.api.component.",
          "io.github.palimpsest.api.data.",
          "io.github.palimpsest.api.measure.",
          "io.github.palimpsest.api.merger.",
          "io.github.palimpsest.api.metric.",
          "io.github.palimpsest.api.model.",
          "io.github.palimpsest.api.optimizer.",
          "io.github.palimpsest.api.parameter.",
          "io.github.palimpsest.api.probe.",
          "io.github.palimpsest.api.recipe.",
          "io.github.palimpsest.api.regularizer.",
          "io.github.palimpsest.api.rehearsal.",
          "io.github.palimpsest.api.tracker.",
          "io.github.palimpsest.tck.",
          "java.io.",
          "java.lang.",
          "java.net.",
          "java.nio.",
          "java.nio.charset.",
          "java.nio.file.",
          "java.util.",
          "java.util.random.",
          "java.util.regex.",
          "org.tensorflow.",
          "org.tensorflow.ndarray.",
          "org.tensorflow.op.",
          "org.tensorflow.types.");

  /** Types inside the templates themselves. */
  private static final List<String> NESTED = List.of("Bound", "Scaled", "Role");

  /** A project for one component; all other names are derived or have the archetype's defaults. */
  static PluginProject of(Kind kind, ComponentId id) throws IOException {
    TreeMap<String, String> values = new TreeMap<>(defaults());
    values.put(KIND, kind.label());
    values.put("id", id.value());
    values.put("groupId", word(id.vendor()));
    values.put("artifactId", id.value().replace('.', '-'));
    values.put(PACKAGE, word(id.vendor()) + "." + word(name(id)));
    values.put("className", className(id, kind));
    distributionRepository().ifPresent(r -> values.put("repositoryId", repositoryId(r)));
    return new PluginProject(values);
  }

  /**
   * A name for what is in the folder. Maven takes an artifact that it has seen once from the same
   * repository for the same artifact, also if it is a snapshot of another build.
   */
  private static String repositoryId(Path repository) {
    return "palimpsest-" + Fingerprint.of(repository).substring(0, 8);
  }

  private static String name(ComponentId id) {
    return id.value().substring(id.vendor().length() + 1);
  }

  private static String word(String text) {
    String plain = text.replace("-", "");
    return SourceVersion.isKeyword(plain) ? plain + "_" : plain;
  }

  private static String className(ComponentId id, Kind kind) {
    String plain = camel(name(id));
    return taken(plain) ? camel(id.vendor()) + plain + camel(kind.label()) : plain;
  }

  private static String camel(String words) {
    return Arrays.stream(words.split("-"))
        .filter(w -> !w.isEmpty())
        .map(w -> Character.toUpperCase(w.charAt(0)) + w.substring(1))
        .collect(Collectors.joining());
  }

  private static boolean taken(String className) {
    return NESTED.contains(className)
        || Stream.of("", "Plugin")
            .anyMatch(end -> NAMED.stream().anyMatch(p -> exists(p + className + end)));
  }

  private static boolean exists(String type) {
    try {
      Class.forName(type, false, PluginProject.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static Map<String, String> defaults() throws IOException {
    TreeMap<String, String> defaults = new TreeMap<>();
    try (InputStream in = archetype().openStream()) {
      NodeList properties =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(in)
              .getElementsByTagName("requiredProperty");
      for (int i = 0; i < properties.getLength(); i++) {
        Element property = (Element) properties.item(i);
        NodeList value = property.getElementsByTagName("defaultValue");
        if (value.getLength() > 0) {
          defaults.put(property.getAttribute("key"), value.item(0).getTextContent());
        }
      }
      return defaults;
    } catch (ParserConfigurationException | SAXException e) {
      throw new IllegalStateException("the archetype's description cannot be read", e);
    }
  }

  private static URL archetype() {
    return Optional.ofNullable(PluginProject.class.getResource(ARCHETYPE))
        .orElseThrow(
            () -> new PalimpsestException("this installation has no palimpsest-plugin-archetype"));
  }

  /** The name of the JAR that its build produces. */
  String jarName() {
    return values.get("artifactId") + "-" + values.get("version") + ".jar";
  }

  /** What the command does before it can run the grid: a family needs a model. */
  Optional<String> preparation() {
    return values.get(KIND).equals(Kind.FAMILY.label())
        ? Optional.of("bench fresh grid/shape --out grid/model")
        : Optional.empty();
  }

  /** Writes the project, and the artifacts that its build needs if this is a distribution. */
  void write(Path folder) throws IOException {
    try {
      URI here = archetype().toURI();
      if (here.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(here, Map.of())) {
          write(jar.getPath("/" + TEMPLATES), folder);
        }
      } else {
        write(Path.of(here).resolve("../../../" + TEMPLATES).normalize(), folder);
      }
      Optional<Path> repository = distributionRepository();
      if (repository.isPresent()) {
        copy(repository.get(), folder.resolve(REPOSITORY));
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the address of a resource is always valid", e);
    }
  }

  private void write(Path templates, Path folder) throws IOException {
    for (Path template : files(templates)) {
      String name = templates.relativize(template).toString().replace('\\', '/');
      Optional<String> place = place(name);
      if (place.isPresent()) {
        Path file = folder.resolve(place.get());
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (UNCHANGED.stream().anyMatch(name::startsWith)) {
          Files.write(file, Files.readAllBytes(template));
        } else {
          Files.writeString(file, filled(Files.readString(template), "${", "}"));
        }
      }
    }
    File wrapper = folder.resolve(WRAPPER).toFile();
    if (!wrapper.setExecutable(true)) {
      throw new IOException("'" + wrapper + "' cannot be made executable");
    }
  }

  /** The file made from a template; empty if the template is of another kind. */
  private Optional<String> place(String template) {
    String grid = GRID + values.get(KIND) + "/";
    if (template.startsWith(GRID)) {
      return Optional.of(template)
          .filter(t -> t.startsWith(grid))
          .map(t -> GRID + t.substring(grid.length()));
    }
    for (String sources : SOURCES) {
      if (template.startsWith(sources)) {
        String file = template.substring(sources.length());
        int slash = file.indexOf('/');
        if (slash >= 0 && !file.substring(0, slash).equals(values.get(KIND))) {
          return Optional.empty();
        }
        String folder = sources + values.get(PACKAGE).replace('.', '/') + "/";
        return Optional.of(folder + filled(file.substring(slash + 1), "__", "__"));
      }
    }
    return Optional.of(filled(template, "__", "__"));
  }

  private String filled(String text, String before, String after) {
    String filled = text;
    for (Map.Entry<String, String> e : values.entrySet()) {
      filled = filled.replace(before + e.getKey() + after, e.getValue());
    }
    return filled;
  }

  /** The folder next to the JARs of a distribution. */
  private static Optional<Path> distributionRepository() {
    CodeSource source = PluginProject.class.getProtectionDomain().getCodeSource();
    try {
      if (source == null || !Files.isRegularFile(Path.of(source.getLocation().toURI()))) {
        return Optional.empty();
      }
      Path lib = Path.of(source.getLocation().toURI()).getParent();
      return Optional.of(lib.resolveSibling(REPOSITORY)).filter(Files::isDirectory);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the address of a JAR is always valid", e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      if (!file.toString().matches(".*[.](jar|pom)")) {
        continue; // files that Maven itself writes next to artifacts
      }
      Path copy = to.resolve(from.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
