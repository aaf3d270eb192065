package io.github.palimpsest.api.release;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** The text of one {@code pom.xml}, as it is written: nothing is inherited or interpolated. */
record Pom(Path folder, Element project) {
  static Pom in(Path folder) {
    try {
      return new Pom(
          folder,
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(folder.resolve("pom.xml").toFile())
              .getDocumentElement());
    } catch (IOException | SAXException | ParserConfigurationException e) {
      throw new IllegalStateException(folder + "/pom.xml: " + e.getMessage(), e);
    }
  }

  /** This one and all its modules, at any depth. */
  Stream<Pom> reactor() {
    return Stream.concat(
        Stream.of(this),
        all("modules", "module")
            .flatMap(m -> in(folder.resolve(m.getTextContent()).normalize()).reactor()));
  }

  /** The elements at a path of names. */
  Stream<Element> all(String... path) {
    Stream<Element> at = Stream.of(project);
    for (String name : path) {
      at = at.flatMap(e -> children(e, name).stream());
    }
    return at;
  }

  /** The text of the first element at a path of names. */
  Optional<String> text(String... path) {
    return all(path).map(e -> e.getTextContent().strip()).filter(t -> !t.isEmpty()).findFirst();
  }

  /** The text at a path of names within a profile. */
  Optional<String> inProfile(String id, String... path) {
    return all("profiles", "profile")
        .filter(p -> child(p, "id").equals(id))
        .flatMap(p -> new Pom(folder, p).text(path).stream())
        .findFirst();
  }

  String artifact() {
    return text("artifactId").orElseThrow();
  }

  boolean hasJar() {
    return text("packaging").orElse("jar").equals("jar");
  }

  /** The modules of this project that {@code dependencyManagement} gives a version to. */
  List<String> managed() {
    return all("dependencyManagement", "dependencies", "dependency")
        .filter(d -> child(d, "groupId").equals("io.github.palimpsest"))
        .filter(d -> children(d, "type").isEmpty())
        .map(d -> child(d, "artifactId") + ":" + child(d, "version"))
        .toList();
  }

  private static String child(Element of, String name) {
    return children(of, name).get(0).getTextContent();
  }

  private static List<Element> children(Element of, String name) {
    List<Element> found = new ArrayList<>();
    IntStream.range(0, of.getChildNodes().getLength())
        .mapToObj(of.getChildNodes()::item)
        .filter(n -> n instanceof Element e && e.getTagName().equals(name))
        .forEach(n -> found.add((Element) n));
    return found;
  }
}
