package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in Chromium; pictures of its sections are left in {@code target/report-pictures}. */
class ReportInBrowserTest {
  private static final Path PICTURES = Path.of("target", "report-pictures");
  private static Browser browser;
  private static Path page;

  @BeforeAll
  static void open(@TempDir Path temp) throws IOException {
    assumeTrue(Browser.installed(), "there is no chromium with chromedriver on this machine");
    page = temp.resolve("report.html");
    Files.writeString(page, HtmlReport.of(folder(temp.resolve("out"))));
    Files.createDirectories(PICTURES);
    browser = Browser.open(temp.resolve("profile"));
  }

  private static Path folder(Path out) throws IOException {
    MadeUpGrid grid = MadeUpGrid.small();
    return MadeUpPoints.smooth(grid.tasks()).write(grid.write(out));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void load() throws IOException {
    browser.driver().get("about:blank"); // a browser begins with a page of its own
    browser.console();
    browser.requests();
    browser.show(page);
  }

  private static List<WebElement> all(String selector) {
    return browser.driver().findElements(By.cssSelector(selector));
  }

  private static WebElement one(String selector) {
    return browser.driver().findElement(By.cssSelector(selector));
  }

  @Test
  void nothing_is_written_to_the_console_and_no_request_leaves_the_file() throws IOException {
    browser.script("palimpsest.drawAll()");
    all("button").forEach(b -> browser.script("arguments[0].click()", b));
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests())
        .isNotEmpty()
        .allSatisfy(
            address ->
                assertThat(address)
                    .satisfiesAnyOf(
                        a -> assertThat(a).isEqualTo(page.toUri().toString()),
                        a -> assertThat(a).startsWith("data:")));
  }

  @Test
  void every_chart_has_pixels_a_name_a_sentence_and_a_table() throws IOException {
    browser.script("palimpsest.drawAll()");
    List<WebElement> charts = all(".chart");
    assertThat(charts).as("effects, interactions, frontier, training, power").hasSizeGreaterThan(7);
    browser.script("document.querySelectorAll('section > details').forEach(d => d.open = true)");
    browser.script("palimpsest.drawAll()");
    for (WebElement chart : charts) {
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(browser.picture(chart)));
      Set<Integer> colours = new HashSet<>();
      for (int x = 0; x < picture.getWidth(); x++) {
        for (int y = 0; y < picture.getHeight(); y++) {
          colours.add(picture.getRGB(x, y));
        }
      }
      assertThat(colours).as("colours of " + chart.getAttribute("id")).hasSizeGreaterThan(8);
      assertThat(chart.getAccessibleName()).as("name").hasSizeGreaterThan(20);
      assertThat(chart.getAriaRole()).isIn("img", "image");
      WebElement figure = chart.findElement(By.xpath("./ancestor::figure"));
      assertThat(figure.findElements(By.cssSelector("details table tbody tr"))).isNotEmpty();
    }
  }

  @Test
  void tables_sort_and_filter_by_the_keyboard_alone() {
    WebElement head = one("#cells-table th:nth-of-type(6)");
    WebElement button = head.findElement(By.tagName("button"));
    browser.script("arguments[0].focus()", button);
    browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
    assertThat(head.getAttribute("aria-sort")).isEqualTo("ascending");
    List<Double> up = column(6);
    assertThat(up).isSorted();
    browser.driver().switchTo().activeElement().sendKeys(Keys.SPACE);
    assertThat(head.getAttribute("aria-sort")).isEqualTo("descending");
    List<Double> down = column(6);
    assertThat(down).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    WebElement filter = one("#cells-filter");
    filter.sendKeys("sam replay");
    assertThat(shown()).as("sam with replay, three seeds").isEqualTo(3);
    assertThat(one("#cells-table-count").getText()).isEqualTo("3 of 18 shown");
    filter.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
    assertThat(shown()).isEqualTo(18);
  }

  private static int shown() {
    return (int)
        all("#cells-table tbody tr").stream().filter(r -> r.getAttribute("hidden") == null).count();
  }

  private static List<Double> column(int index) {
    List<Double> values = new ArrayList<>();
    all("#cells-table tbody tr > :nth-child(" + index + ")")
        .forEach(c -> values.add(Double.valueOf(c.getAttribute("data-value"))));
    assertThat(values).hasSize(18);
    return values;
  }

  @Test
  void headings_go_down_one_level_at_a_time_and_everything_has_a_name() {
    List<Integer> levels = new ArrayList<>();
    all("h1, h2, h3, h4").forEach(h -> levels.add(Integer.valueOf(h.getTagName().substring(1))));
    assertThat(levels.get(0)).isEqualTo(1);
    for (int i = 1; i < levels.size(); i++) {
      assertThat(levels.get(i)).as("heading %d", i).isBetween(2, levels.get(i - 1) + 1);
    }
    assertThat(all("h1")).hasSize(1);
    assertThat(one("html").getAttribute("lang")).isEqualTo("en");
    browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
    for (WebElement control : all("button, input, section, nav, [role=region], [role=img]")) {
      assertThat(control.getAccessibleName())
          .as("name of " + control.getAttribute("outerHTML"))
          .isNotBlank();
    }
    all("table").forEach(t -> assertThat(t.findElements(By.tagName("caption"))).hasSize(1));
    for (WebElement link : all("nav a")) {
      String target = link.getAttribute("href").replaceFirst(".*#", "#");
      assertThat(all(target)).as(target).hasSize(1);
    }
    browser.show(page);
    browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
    assertThat(browser.driver().switchTo().activeElement().getText())
        .isEqualTo("Skip to the results");
  }

  @Test
  void sections_are_pictured_in_light_and_dark_and_the_page_prints() throws IOException {
    for (String theme : List.of("light", "dark")) {
      browser.script("document.documentElement.dataset.theme = arguments[0]", theme);
      browser.script("palimpsest.drawAll()");
      for (WebElement section : all("header, section")) {
        String id = section.getAttribute("id");
        Path file = PICTURES.resolve((id.isEmpty() ? "head" : id) + "-" + theme + ".png");
        Files.write(file, browser.picture(section));
        assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(600);
      }
    }
    Path file = PICTURES.resolve("report.pdf");
    Files.write(file, browser.printed());
    assertThat(Files.size(file)).isGreaterThan(50_000);
  }

  @Test
  void a_narrow_screen_scrolls_in_one_direction_only() throws IOException {
    Dimension wide = browser.driver().manage().window().getSize();
    try {
      browser.driver().manage().window().setSize(new Dimension(390, 844));
      browser.show(page);
      browser.script("palimpsest.drawAll()");
      Number beyond =
          (Number)
              browser.script(
                  "const d = document.documentElement; return d.scrollWidth - d.clientWidth");
      assertThat(beyond.intValue()).as("pixels that stick out").isZero();
      WebElement effects = one("#effects");
      Files.write(PICTURES.resolve("effects-narrow.png"), browser.picture(effects));
    } finally {
      browser.driver().manage().window().setSize(wide);
    }
  }

  @Test
  void markup_in_names_is_text(@TempDir Path temp) throws IOException {
    String evil = "x</script><script>window.broken = 1</script><img src=x onerror='broken=1'>&amp;";
    MadeUpGrid grid =
        new MadeUpGrid(
            List.of("adamw", "sam(" + evil + ")"),
            List.of("none", "\"><b id=bold>"),
            2,
            List.of("one <i>1</i>", evil));
    Path file = temp.resolve("hostile.html");
    Files.writeString(file, HtmlReport.of(grid.write(temp.resolve("hostile"))));
    browser.show(file);
    browser.script("palimpsest.drawAll()");
    assertThat(browser.script("return typeof window.broken")).isEqualTo("undefined");
    assertThat(all("img, main i:not([aria-hidden]), b, #bold"))
        .as("elements made of names")
        .isEmpty();
    assertThat(all("script")).as("data, charts, page").hasSize(3);
    assertThat(one("main").getText()).contains(evil);
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests()).allMatch(a -> a.startsWith("file:") || a.startsWith("data:"));
  }

  @Test
  void two_hundred_cells_are_small_and_drawn_soon(@TempDir Path temp) throws IOException {
    MadeUpGrid grid =
        new MadeUpGrid(
            List.of("sgd", "adam", "adamw", "sam", "asam"),
            List.of("none", "ewc", "l2-sp", "lwf", "si", "replay", "lora", "wise-ft"),
            5,
            List.of("one", "two", "three"));
    Path file = temp.resolve("large.html");
    Files.writeString(file, HtmlReport.of(grid.write(temp.resolve("large"))));
    assertThat(Files.size(file)).as("bytes for 200 cells").isLessThan(10_000_000);
    browser.show(file);
    // how long it takes is written down, not asserted: a test must not depend on a machine's load
    Number taken =
        (Number)
            browser.script(
                "const n = performance.getEntriesByType('navigation')[0];"
                    + "const t = performance.now(); palimpsest.drawAll();"
                    + "return n.loadEventEnd - n.startTime + performance.now() - t");
    assertThat(all("#cells-table tbody tr")).hasSize(200);
    assertThat(all(".chart svg")).as("drawn").hasSameSizeAs(all(".chart"));
    Files.writeString(
        PICTURES.resolve("large.txt"),
        "200 cells: "
            + Files.size(file)
            + " bytes, "
            + taken.longValue()
            + " ms to load and draw\n");
    assertThat(browser.console()).isEmpty();
  }
}
