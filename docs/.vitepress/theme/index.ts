/**
 * The theme: VitePress's own, in our colours.
 */
import Theme from "vitepress/theme"
import "./style.css"

export default Theme
